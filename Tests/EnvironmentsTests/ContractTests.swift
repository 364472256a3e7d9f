import Compute
import Environments
import Testing

@Suite("Every environment keeps the contract")
struct ContractTests {
  @Test("of the registry", arguments: EnvironmentRegistry.standard.entries.map(\.specification.id))
  func registered(id: String) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    try expectContract(of: entry.environment)
    try expectNamedFeatures(of: entry)
  }

  @Test("with its horizon fixed") func deliveryWithFixedHorizon() throws {
    try expectContract(of: FixedHorizon(Delivery()))
  }
}

/// Features and rewards that are told apart by name and finite wherever the agent gets.
private func expectNamedFeatures(of entry: EnvironmentEntry) throws {
  let words = entry.features.flatMap { [$0.name] + $0.synonyms }
  #expect(Set(words).count == words.count, "a word means one feature")
  let clips = entry.randomClips(3, steps: 60, random: RandomSource(seed: 61))
  for clip in clips {
    for feature in entry.features {
      let values = feature.values(of: clip)
      #expect(values.count == clip.count && values.allSatisfy(\.isFinite), "\(feature.name)")
    }
    for reward in entry.namedRewards {
      let values = reward.rewards(of: clip)
      #expect(values.count == clip.count && values.allSatisfy(\.isFinite), "\(reward.name)")
    }
  }
  #expect(Set(entry.namedRewards.map(\.name)).count == entry.namedRewards.count)
}
