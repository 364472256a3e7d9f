import Compute
import Reproductions
import Testing

@Suite("Broken runs and the default claims")
struct PlantedRunDefectsTests {
  @Test("two runs of each of twenty defects are caught, and of eight sound ones none is blamed")
  func caught() throws {
    let (clean, planted) = try RunDefectStudy(seeds: 2, clean: 8).outcomes(RandomSource(seed: 3))
    #expect(planted.count == 20 && clean.count >= 4)
    #expect(planted.reduce(0) { $0 + $1.caught } >= 38, "\(planted.filter { $0.caught < $0.runs })")
    #expect(clean.reduce(0) { $0 + $1.caught } <= 1, "\(clean.filter { $0.caught > 0 })")
    // Controls: what can be had again was had again, in every sound run.
    for outcome in clean {
      for claim in ["ledger complete", "clips replay", "evaluation repeats", "answers as stated", "run repeats"] {
        #expect(outcome.held[claim] == outcome.runs, "\(outcome.name): \(claim)")
      }
    }
  }
}
