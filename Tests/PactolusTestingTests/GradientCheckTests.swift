import Foundation
import PactolusTesting
import Testing

@Suite("The gradient check")
struct GradientCheckTests {
  /// f(x, y) = x² y + sin y, whose gradient is (2xy, x² + cos y).
  private func function(_ point: [Double]) -> Double { point[0] * point[0] * point[1] + sin(point[1]) }
  private func gradient(_ point: [Double]) -> [Double] {
    [2 * point[0] * point[1], point[0] * point[0] + cos(point[1])]
  }

  @Test("accepts the closed form, and a function that gives both", arguments: [[0.5, -2], [3, 0.1], [-1e3, 4]])
  func accepts(point: [Double]) throws {
    try expectGradient(of: function, at: point, is: gradient(point), tolerance: 1e-7)
    try expectGradient(of: { (value: function($0), gradient: gradient($0)) }, at: point, tolerance: 1e-7)
  }

  @Test("refuses a wrong sign, a factor of 1.001, a missing and a surplus derivative, and what is no number")
  func refuses() {
    let point = [0.5, -2.0]
    let right = gradient(point)
    for wrong in [
      [-right[0], right[1]], right.map { 1.001 * $0 }, [right[0]], right + [0], [right[0], .nan], [0, 0],
    ] {
      #expect(throws: BrokenContract.self) { try expectGradient(of: function, at: point, is: wrong) }
    }
  }

  @Test("refuses to judge where all is flat, as every vanishing gradient would pass")
  func flat() {
    #expect(throws: BrokenContract.self) { try expectGradient(of: { _ in 1 }, at: [1, 2], is: [0, 0]) }
  }

  @Test("says which derivative disagrees, and the comment")
  func message() {
    #expect {
      try expectGradient(of: function, at: [1, 1], is: [2, 0], "layer 3")
    } throws: { error in
      "\(error)".contains("derivative 1 is 0.0") && "\(error)".contains("layer 3")
    }
  }
}
