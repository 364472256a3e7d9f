import Compute
import Reproductions
import Testing

/// What `pactolus reproduce debate` promises.
struct OversightStudyTests {
  @Test("debates end as their closed forms say, of other seeds than the command's as well", arguments: [0, 1])
  func debate(seed: UInt64) throws {
    let result = try Reproduction.named("debate").run(RandomSource(seed: seed))
    #expect(result.agrees, "\(result.numbers.filter { $0.agrees == false })")
    #expect(result.numbers.count { $0.agrees != nil } > 20)
  }
}
