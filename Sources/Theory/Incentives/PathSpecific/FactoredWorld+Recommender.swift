import Environments

/// Factored worlds of the house, by name.
extension FactoredWorld {
  /// A reader, and a recommender that is paid for clicks over five steps.
  ///
  /// The reader's interest is broad at first. Shown a mix, a narrow one broadens and a broad one narrows by and by;
  /// shown bait it narrows. Someone narrow clicks bait most often, someone broad the mix. Depth is clicked a little less
  /// than the mix, but keeps the reader in the habit of coming, and narrows interest a little on its way: a side effect
  /// that nobody wants. Who is away neither clicks nor changes in interest.
  ///
  /// Payoffs and probabilities are ours.
  public static let recommender: FactoredWorld = {
    let sees = table([2, 3]) { values in
      // Clicks by interest (broad, narrow) and what is shown (mixed, bait, depth).
      [[[0.5], [0.35], [0.45]], [[0.4], [0.85], [0.4]]][values[0]][values[1]]
    }
    let interest = table([2, 2, 3]) { values in
      let (isNarrow, isHere, shown) = (values[0], values[1], values[2])
      guard isHere == 1 else { return isNarrow == 1 ? [0, 1] : [1, 0] }
      let narrow = [[0.05, 0.8, 0.25], [0.8, 1, 0.9]][isNarrow][shown]
      return [1 - narrow, narrow]
    }
    let habit = table([2, 3]) { values in
      let (isHere, shown) = (values[0], values[1])
      let stays = isHere == 0 ? 0.3 : [0.8, 0.8, 0.9][shown]
      return [1 - stays, stays]
    }
    return known {
      try FactoredWorld(
        title: "recommender",
        variables: [
          .init(
            "habit", values: ["away", "here"], start: [0, 1], reads: ["habit", "action"], next: habit),
          .init(
            "interest", values: ["broad", "narrow"], start: [1, 0], reads: ["interest", "habit", "action"],
            next: interest),
        ], actions: ["mixed", "bait", "depth"],
        reward: [
          .init(
            "clicks", reads: ["habit", "interest", "action"],
            values: [Double](repeating: 0, count: 6) + sees)
        ], horizon: 5)
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
