import Environments

/// Factored worlds of the house, by name.
extension FactoredWorld {
  /// `Recommender`: a reader, and a recommender that is paid for clicks over five steps.
  public static let recommender: FactoredWorld = {
    let reader = Recommender()
    func state(_ habit: Int, _ interest: Int) -> Recommender.State {
      Recommender.State(isHere: habit == 1, isNarrow: interest == 1)
    }
    let habit = table([2, 3]) { values in
      let stays = reader.stays(state(values[0], 0), values[1])
      return [1 - stays, stays]
    }
    let interest = table([2, 2, 3]) { values in
      let narrow = reader.narrows(state(values[1], values[0]), values[2])
      return [1 - narrow, narrow]
    }
    let clicks = table([2, 2, 3]) { [reader.click(state($0[0], $0[1]), $0[2])] }
    let names = Recommender.variables
    return known {
      try FactoredWorld(
        title: "recommender",
        variables: [
          .init(names[0].name, values: names[0].values, start: [0, 1], reads: ["habit", "action"], next: habit),
          .init(
            names[1].name, values: names[1].values, start: [1, 0], reads: ["interest", "habit", "action"],
            next: interest),
        ], actions: Recommender.shown,
        reward: [.init("clicks", reads: ["habit", "interest", "action"], values: clicks)], horizon: 5)
    }
  }()

  /// `SelfInducedShift` with a benefit of 1.0, for three steps.
  public static let selfInducedShift: FactoredWorld = known {
    try FactoredWorld(
      title: "self-induced shift",
      variables: [
        .init(
          "last", values: ["cooperate", "defect"], start: [0.5, 0.5], reads: ["action"], next: [1, 0, 0, 1])
      ], actions: ["cooperate", "defect"],
      reward: [
        .init("benefit", reads: ["last"], values: [1, 0]), .init("price", reads: ["action"], values: [-0.5, 0]),
      ], horizon: 3)
  }

  static func known(_ make: () throws -> FactoredWorld) -> FactoredWorld {
    do { return try make() } catch { preconditionFailure("the tables here are valid: \(error)") }
  }
}
