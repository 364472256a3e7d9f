import Compute
import Oversight
import Testing

/// A network in the table's place: the bound is the issue's, the control a network that hardly learns.
struct NetworkAmplificationTests {
  private let random = RandomSource(seed: 0)

  @Test(
    "a small network answers at least .95 of the hardest level: sixteen points, exponents of four bits"
  )
  func mastery() throws {
    for seed in 0..<3 {
      let family = try PermutationPowers(points: 16, bits: 4, random: random.child("family", seed))
      let record = Amplification(of: family).run(
        try NetworkTeaching(), random: random.child("network", seed))
      #expect(record.accuracy.count == 4 && record.oracleCalls == 3)
      #expect(record.accuracy.last?.last ?? 0 >= 0.95)
      for round in 0..<3 {
        // What was not taught yet is not known: one point in sixteen is luck.
        #expect(record.accuracy[round][round] >= 0.9 && record.accuracy[round][3] < 0.3)
      }
    }
  }

  @Test("control: a network that hardly learns the easy questions does not learn the hard ones")
  func hardlyTaught() throws {
    let family = try PermutationPowers(points: 16, bits: 4, random: random)
    let record = Amplification(of: family).run(try NetworkTeaching(steps: 5), random: random)
    #expect(record.accuracy.last?.last ?? 1 < 0.3)
  }

  @Test("questions are one-hot, and differ from each other")
  func encodings() throws {
    let family = try PermutationPowers(points: 16, bits: 4, random: random)
    let encodings = family.questions.joined().map(family.encoding(of:))
    #expect(Set(encodings).count == 15 * 16)
    #expect(
      encodings.allSatisfy {
        $0.count == 31 && $0.reduce(0, +) == 2 && $0.allSatisfy { $0 == 0 || $0 == 1 }
      })
  }

  @Test("equal seeds give the same course")
  func repeatable() throws {
    let amplification = Amplification(of: try PermutationPowers(points: 8, bits: 3, random: random))
    let teaching = try NetworkTeaching(hidden: [32], steps: 20)
    #expect(
      amplification.run(teaching, random: random) == amplification.run(teaching, random: random))
  }

  @Test("teaching that makes no sense is refused")
  func refused() {
    #expect(throws: InputError.self) { try NetworkTeaching(hidden: [0]) }
    #expect(throws: InputError.self) { try NetworkTeaching(steps: 0) }
    #expect(throws: InputError.self) { try NetworkTeaching(learningRate: .nan) }
  }
}
