import Environments
import Testing

@Suite("Every environment keeps the contract")
struct ContractTests {
  @Test func cartPole() throws { try expectContract(of: CartPole()) }
  @Test func cartPoleWithFixedHorizon() throws { try expectContract(of: CartPole(fixedHorizon: true)) }
  @Test func mountainCar() throws { try expectContract(of: MountainCar()) }
  @Test func mountainCarWithFixedHorizon() throws { try expectContract(of: FixedHorizon(MountainCar())) }
  @Test func mountainCarContinuous() throws { try expectContract(of: MountainCarContinuous()) }
  @Test func mountainCarContinuousWithFixedHorizon() throws {
    try expectContract(of: FixedHorizon(MountainCarContinuous()))
  }
  @Test func acrobot() throws { try expectContract(of: Acrobot()) }
  @Test func acrobotWithFixedHorizon() throws { try expectContract(of: FixedHorizon(Acrobot())) }
  @Test func delivery() throws { try expectContract(of: Delivery()) }
  @Test func deliveryWithFixedHorizon() throws { try expectContract(of: FixedHorizon(Delivery())) }
  @Test func boatRace() throws { try expectContract(of: BoatRace()) }
  @Test func pendulum() throws { try expectContract(of: Pendulum()) }
}
