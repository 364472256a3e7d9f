import Environments
import PactolusTesting
import Testing

@Suite("Every environment keeps the contract")
struct ContractTests {
  @Test("of the registry", arguments: EnvironmentRegistry.standard.entries.map(\.specification.id))
  func registered(id: String) throws {
    try expectContract(of: EnvironmentRegistry.standard.entry(id))
  }

  @Test("with its horizon fixed") func deliveryWithFixedHorizon() throws {
    try expectContract(of: FixedHorizon(Delivery()))
  }
}
