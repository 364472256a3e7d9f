import Environments
import PactolusTesting
import Testing

@Suite("Every task of seals keeps the contract")
struct SealsContractTests {
  @Test("for as long as the others", arguments: SealsSource().listing.map(\.id).filter { !$0.contains("100x20") })
  func contract(id: String) throws { try expectContract(of: SealsSource().entry(id)) }

  /// An observation of two thousand numbers makes this one slow.
  @Test("also the largest board", arguments: ["seals/CliffWorld100x20-v0", "seals/CliffWorld100x20XY-v0"])
  func large(id: String) throws { try expectContract(of: SealsSource().entry(id), steps: 120) }
}
