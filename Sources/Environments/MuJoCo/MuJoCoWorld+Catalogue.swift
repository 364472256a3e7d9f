import Compute

extension MuJoCoWorld {
  /// A world of the list, with the options that it knows.
  struct Listed: Sendable {
    var name: String
    var variants: [MuJoCoOptions.Variant] = [.v5]
    var hasTask = false
    var hasNoise = true
    var make: @Sendable (MuJoCoOptions) -> MuJoCoWorld
  }

  /// Every world, in the order of a list for people.
  static let catalogue: [Listed] = [
    Listed(name: "HalfCheetah-v5", variants: [.v5, .fixed, .christiano], make: halfCheetah),
    Listed(name: "Hopper-v5", variants: [.v5, .fixed, .christiano], hasTask: true, make: hopper),
    Listed(name: "Walker2d-v5", variants: [.v5, .fixed, .christiano], make: walker2d),
    Listed(name: "Ant-v5", variants: [.v5, .fixed, .christiano], make: ant),
    Listed(name: "Humanoid-v5", variants: [.v5, .fixed, .christiano], make: humanoid),
    Listed(name: "HumanoidStandup-v5", make: humanoidStandup),
    Listed(name: "Swimmer-v5", variants: [.v5, .fixed, .christiano], make: swimmer),
    Listed(name: "Reacher-v5", variants: [.v5, .christiano], hasNoise: false, make: reacher),
    Listed(name: "Pusher-v5", hasNoise: false, make: pusher),
    Listed(name: "InvertedPendulum-v5", variants: [.v5, .christiano], make: invertedPendulum),
    Listed(name: "InvertedDoublePendulum-v5", variants: [.v5, .christiano], make: invertedDoublePendulum),
  ]

  /// The world of an id with its options.
  ///
  /// - Throws: `InputError` with near misses for names and options that do not exist.
  init(id: String) throws {
    let options = try EnvironmentOptions(id: id)
    guard let listed = Self.catalogue.first(where: { MuJoCoSource.idPrefix + $0.name == options.name }) else {
      throw InputError.unknown(
        "environment", options.name, among: Self.catalogue.map { MuJoCoSource.idPrefix + $0.name })
    }
    let choice = try MuJoCoOptions(
      options, variants: listed.variants, hasTask: listed.hasTask, hasNoise: listed.hasNoise)
    self = listed.make(choice)
    if let steps = choice.steps { limit = steps }
  }
}
