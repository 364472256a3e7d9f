import Compute
import Feedback
import Reproductions
import Testing

@Suite("The study of four uncertainties")
struct UncertaintyStudyTests {
  @Test("effects and leads of a matrix that is worked out by hand")
  func matrix() {
    // Mean 1 and deviation √2 in every column.
    let unchanged = [[0.0, 0, 0, 0], [2, 2, 2, 2]]
    let root = 2.0.squareRoot()
    func plant(_ effects: [Double]) -> [[Double]] { [effects.map { 1 + root * $0 }, effects.map { 1 + root * $0 }] }
    let matrix = UncertaintyMatrix(
      unchanged: unchanged,
      planted: [plant([10, -4, 0, 0]), plant([0, 6, 0, 0]), plant([0, 0, 2, 0]), plant([0, 0, 0, 8])])
    for (row, own) in [10.0, 6, 2, 8].enumerated() { #expect(abs(matrix.effects[row][row].value - own) < 1e-12) }
    // The first row's −4 is the largest other of the first row and of the second column.
    #expect(abs(matrix.lead(0) - 2.5) < 1e-12 && abs(matrix.lead(1) - 1.5) < 1e-12)
    // Apart; less than twice another of its column; less than 3; nothing beside it.
    #expect((0..<4).map(matrix.holds) == [true, false, false, true])
  }

  @Test("what is unknown in a seed is left out, and a column that never varies has no effect")
  func unknown() {
    let matrix = UncertaintyMatrix(
      unchanged: [[0, .nan, 1, 0], [2, 1, 1, 2], [1, 3, 1, 1]],
      planted: [[[3, 2, 5, 1], [.nan, 2, 5, 1]], [[1, 1, 1, 1]], [[1, 1, 1, 1]], [[1, 1, 1, 1]]])
    #expect(matrix.effects[0][0].value == 2 && matrix.effects[0][1].value == 0)
    #expect(matrix.effects[0][2].value.isNaN && !matrix.holds(2))
  }

  @Test("information of an answer: the integrals as found by the trapezoidal rule in another program")
  func information() {
    #expect(abs(UncertaintyStudy.information(3) - 0.78065) < 1e-4)
    #expect(abs(UncertaintyStudy.information(1.5) - 0.32863) < 1e-4)
  }

  @Test("means are taken within quarters of the p-value, and these count alike")
  func strata() {
    // Two clips in the lowest quarter, one in the highest, and one below the level, which has no numbers.
    let numbers = FourUncertainties(
      aleatoric: [0.1, 0.3, 0.4, nil], model: [1, 3, 6, nil], distributional: [0.2, 0.3, 0.9, 0.05],
      specification: [0, 1, 2, nil], specificationSquares: [-1, 1, 4, nil], unknown: [:])
    let summary = UncertaintyStudy.summary(numbers)
    #expect(zip(summary, [0.3, 4, 1 - 0.3625, 2]).allSatisfy { abs($0 - $1) < 1e-12 })
  }
}
