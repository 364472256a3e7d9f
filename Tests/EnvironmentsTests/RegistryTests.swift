import Compute
import Environments
import Testing

@Suite("The registry")
struct RegistryTests {
  @Test("finds environments by their whole id, and the batch it makes has that specification")
  func finds() throws {
    for entry in EnvironmentRegistry.standard.entries {
      let id = entry.specification.id
      #expect(try EnvironmentRegistry.standard.entry(id).specification == entry.specification)
      #expect(entry.makeBatch(count: 2, random: RandomSource(seed: 1)).specification == entry.specification)
    }
  }

  @Test("holds the exact table of each finite environment, and the second opinion on the boat race")
  func extras() throws {
    let registry = EnvironmentRegistry.standard
    #expect(try registry.entry("pactolus/Delivery-v0").tabular?.mdp.stateCount == 100)
    #expect(try registry.entry("pactolus/BoatRace-v0").namedRewards.map(\.name) == ["score"])
  }

  @Test("suggests the nearest ids for a bare or misspelt name")
  func suggests() {
    for name in ["CartPole-v1", "cartpole", "pactolus/CartPol-v1", "CartPole-v0"] {
      #expect {
        try EnvironmentRegistry.standard.entry(name)
      } throws: { error in
        (error as? InputError)?.remedy?.contains("pactolus/CartPole-v1") == true
      }
    }
  }

  @Test("gives the later of two environments of one id the place of the earlier")
  func replaces() {
    var registry = EnvironmentRegistry([EnvironmentEntry(CartPole()), EnvironmentEntry(Pendulum())])
    registry.add(EnvironmentEntry(CartPole()))
    #expect(registry.entries.map(\.specification.id) == ["pactolus/CartPole-v1", "pactolus/Pendulum-v1"])
  }
}
