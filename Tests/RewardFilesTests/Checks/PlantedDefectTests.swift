import Compute
import Foundation
import RewardFiles
import Testing
import pactolus_planted

/// The seeds are fixed, so nothing here fails by chance from one run to the next. With other seeds a clean file may
/// fail a check: by the correction in at most 5 of 100, so this suite's false-alarm rate is at most 10 % for its two
/// clean files.
@Suite("Planted defects")
struct PlantedDefectTests {
  @Test(
    "a strong defect is found by its own check, and breaks nothing that it should not",
    arguments: [
      PlantedDefect.lengthBias, .signFlip, .leakage, .collapsedEnsemble, .overOptimisation, .contradictions,
      .praiseInOtherWords, .memorised,
    ])
  func strong(defect: PlantedDefect) throws {
    let study = try PlantedStudy.run(seeds: [501], cleanFiles: 0, defects: [defect], strengths: [.strong])
    #expect(study.rows.map(\.found) == [1])
    #expect(study.rows.first?.falseDiscoveries == [:])
  }

  @Test("no check fails on clean files, on files that only look broken and on honest models that err")
  func clean() throws {
    let study = try PlantedStudy.run(seeds: [502], cleanFiles: 2, defects: [])
    #expect(study.clean.files == 2 && study.clean.failures == [:])
    for quiet in study.twins + study.honest { #expect(quiet.failures == [:], "\(quiet.name)") }
  }

  @Test("the same seed plants the same defect, on any number of threads")
  func reproducible() throws {
    let random = RandomSource(seed: 503)
    let (a, b) = (
      PlantedFile(pairs: 200, defect: .labelNoise, random: random),
      PlantedFile(pairs: 200, defect: .labelNoise, random: random)
    )
    #expect(a.input.preferences?.scoreChosen == b.input.preferences?.scoreChosen)
    #expect(a.embeddings == b.embeddings)
  }
}

@Suite("Profile likelihood and permutation")
struct PlantedMethodsTests {
  @Test(
    "the energy distance of two shifted samples is significant beyond thirty corrected tests; of equal ones it is not")
  func energy() {
    var stream = RandomSource(seed: 7).stream("points")
    func points(_ count: Int, _ shift: Double) -> [[Double]] {
      (0..<count).map { _ in (0..<3).map { _ in shift + stream.normal() } }
    }
    let (a, b, c) = (points(100, 0), points(80, 1), points(80, 0))
    let random = RandomSource(seed: 8)
    let shifted = ShiftStatistics.energy(a, b, permutations: 9999, random: random)
    #expect(shifted.pValue == 1e-4 && shifted.share > 0.1)
    let equal = ShiftStatistics.energy(a, c, permutations: 9999, random: random)
    #expect(equal.pValue > 0.01 && abs(equal.share) < 0.05)
    // Against the definition, written out.
    func mean(_ first: [[Double]], _ second: [[Double]], pairs: Int) -> Double {
      var sum = 0.0
      for x in first {
        for y in second { sum += zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot() }
      }
      return sum / Double(pairs)
    }
    let cross = 2 * mean(a, b, pairs: 8000)
    let wanted = (cross - mean(a, a, pairs: 9900) - mean(b, b, pairs: 6320)) / cross
    #expect(abs(shifted.share - wanted) < 1e-9)
  }
}
