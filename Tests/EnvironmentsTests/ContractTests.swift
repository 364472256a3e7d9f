import Environments
import Testing

@Suite("Every environment keeps the contract")
struct ContractTests {
  @Test func cartPole() throws { try expectContract(of: CartPole()) }
  @Test func cartPoleWithFixedHorizon() throws { try expectContract(of: CartPole(fixedHorizon: true)) }
  @Test func pendulum() throws { try expectContract(of: Pendulum()) }
}
