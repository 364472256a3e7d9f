import Compute

extension MuJoCoWorld {
  /// A world of the list, with the options that it knows.
  struct Listed: Sendable {
    var name: String
    /// What a step pays by Gymnasium's rules.
    var pays: String
    var variants: [MuJoCoOptions.Variant] = [.v5]
    var hasTask = false
    var hasNoise = true
    var make: @Sendable (MuJoCoOptions) -> MuJoCoWorld
  }

  /// Every world, in the order of a list for people.
  static let catalogue: [Listed] = [
    Listed(
      name: "HalfCheetah-v5", pays: "speed ahead − 0.1 ‖action‖²", variants: [.v5, .fixed, .christiano],
      make: halfCheetah),
    Listed(
      name: "Hopper-v5", pays: "speed ahead + 1 while upright − 0.001 ‖action‖²", variants: [.v5, .fixed, .christiano],
      hasTask: true, make: hopper),
    Listed(
      name: "Walker2d-v5", pays: "speed ahead + 1 while upright − 0.001 ‖action‖²",
      variants: [.v5, .fixed, .christiano], make: walker2d),
    Listed(
      name: "Ant-v5", pays: "speed ahead + 1 while healthy − 0.5 ‖action‖² − the cost of contacts",
      variants: [.v5, .fixed, .christiano], make: ant),
    Listed(
      name: "Humanoid-v5", pays: "1.25 · speed ahead + 5 while upright − 0.1 ‖control‖² − the cost of impacts",
      variants: [.v5, .fixed, .christiano], make: humanoid),
    Listed(
      name: "HumanoidStandup-v5", pays: "height ∕ 0.003 s + 1 − 0.1 ‖control‖² − the cost of impacts",
      make: humanoidStandup),
    Listed(
      name: "Swimmer-v5", pays: "speed ahead − 0.0001 ‖action‖²", variants: [.v5, .fixed, .christiano], make: swimmer),
    Listed(
      name: "Reacher-v5", pays: "−distance to the target − ‖action‖²", variants: [.v5, .christiano], hasNoise: false,
      make: reacher),
    Listed(
      name: "Pusher-v5", pays: "−distance of the object from the goal − half its distance from the arm − 0.1 ‖action‖²",
      hasNoise: false, make: pusher),
    Listed(
      name: "InvertedPendulum-v5", pays: "1 while the pole stands", variants: [.v5, .christiano], make: invertedPendulum
    ),
    Listed(
      name: "InvertedDoublePendulum-v5",
      pays: "10 while the tip is high − its distance from the top − what the joints' speeds cost",
      variants: [.v5, .christiano], make: invertedDoublePendulum),
  ]

  /// What a step pays; nil where the options change it.
  static func pays(_ id: String) throws -> String? {
    let (listed, options) = try listed(id)
    return options.variant == .christiano || options.isBackflip ? nil : listed.pays
  }

  /// The world of an id with its options.
  ///
  /// - Throws: `InputError` with near misses for names and options that do not exist.
  init(id: String) throws {
    let (listed, choice) = try Self.listed(id)
    self = listed.make(choice)
    if let steps = choice.steps { limit = steps }
  }

  static func listed(_ id: String) throws -> (Listed, MuJoCoOptions) {
    let options = try EnvironmentOptions(id: id)
    guard let listed = catalogue.first(where: { MuJoCoSource.idPrefix + $0.name == options.name }) else {
      throw InputError.unknown("environment", options.name, among: catalogue.map { MuJoCoSource.idPrefix + $0.name })
    }
    let choice = try MuJoCoOptions(
      options, variants: listed.variants, hasTask: listed.hasTask, hasNoise: listed.hasNoise)
    return (listed, choice)
  }
}
