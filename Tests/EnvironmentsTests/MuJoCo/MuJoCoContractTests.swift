import Environments
import PactolusTesting
import Testing

@Suite("MuJoCo's worlds keep the contract", .enabled(if: MuJoCoHere.isReady, MuJoCoHere.reason))
struct MuJoCoContractTests {
  @Test("each of them", arguments: MuJoCoHere.ids + ["mujoco/Hopper-v5:task=backflip", "mujoco/Ant-v5:variant=fixed"])
  func kept(id: String) throws { try expectContract(of: MuJoCoHere.source.entry(id), steps: 150) }
}
