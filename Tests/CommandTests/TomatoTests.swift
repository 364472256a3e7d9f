import Compute
import Reproductions
import Testing

@Suite("The tomato garden")
struct TomatoTests {
  @Test("has the states and actions that its description counts")
  func size() {
    #expect(TomatoGarden.cells * TomatoGarden.sets == 237_568)
    #expect(TomatoGarden.destinations[0] == [7, 0])
    #expect(Set(TomatoGarden.destinations[7]) == [0, 6, 14, 7])
    #expect(Set(TomatoGarden.destinations[28]) == [21, 27, 28])
    // Whoever can go somewhere can come back.
    for (cell, destinations) in TomatoGarden.destinations.enumerated() {
      #expect(destinations.allSatisfy { TomatoGarden.destinations[$0].contains(cell) })
    }
    #expect(TomatoGarden.tomato.reduce(0, |) == TomatoGarden.sets - 1)
  }

  /// The mean over all ways in which watered tomatoes can dry, by enumerating them.
  private func enumerated(_ set: Int, cell: Int, _ value: (Int) -> Double) -> Double {
    var (mean, after) = (0.0, set)
    while true {
      let dried = (set & ~after).nonzeroBitCount
      var p = 1.0
      for _ in 0..<dried { p *= TomatoGarden.drying }
      for _ in 0..<after.nonzeroBitCount { p *= 1 - TomatoGarden.drying }
      mean += p * value(after | TomatoGarden.tomato[cell])
      guard after > 0 else { return mean }
      after = (after - 1) & set
    }
  }

  @Test("means over drying are those that enumeration gives", arguments: [0, 3, 10, 25])
  func expectation(cell: Int) {
    var random = RandomSource(seed: 1).stream("values")
    let values = (0..<TomatoGarden.sets).map { _ in random.normal() }
    var row = values
    row.withUnsafeMutableBufferPointer { TomatoGarden.expect($0, cell: cell) }
    for set in [0, 1, 37, 4_095, 5_000, TomatoGarden.sets - 1] {
      #expect(abs(row[set] - enumerated(set, cell: cell) { values[$0] }) < 1e-12)
    }
  }

  @Test("probabilities flow as expectations look back", arguments: [0, 5, 12, 28])
  func adjoint(cell: Int) {
    var random = RandomSource(seed: 2).stream("values")
    let values = (0..<TomatoGarden.sets).map { _ in random.normal() }
    let chances = (0..<TomatoGarden.sets).map { _ in random.uniform(0, 1) }
    var (seen, moved) = (values, chances)
    seen.withUnsafeMutableBufferPointer { TomatoGarden.expect($0, cell: cell) }
    moved.withUnsafeMutableBufferPointer { TomatoGarden.flow($0, cell: cell) }
    let before = zip(chances, seen).reduce(0) { $0 + $1.0 * $1.1 }
    let after = zip(moved, values).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(before - after) < 1e-9)
  }

  /// Totals that the original prints; ours need fewer sweeps for the same point.
  @Test("walking at random, and choosing by what seems, come to the published totals")
  func published() {
    let random = TomatoPlan(.random).outcome()
    #expect(abs(random.proxy - 530.79) < 0.1 && abs(random.utility - 519.65) < 0.1)
    let pressed = TomatoPlan(.boltzmann(t: 1.0 / 13)).outcome()
    #expect(abs(pressed.proxy - 911.61) < 0.1 && abs(pressed.utility - 367.88) < 0.1)
  }
}
