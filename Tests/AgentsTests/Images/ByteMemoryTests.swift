import Agents
import Compute
import Environments
import Testing

@Suite("Observations kept as bytes")
struct ByteMemoryTests {
  private static let world = MovingDot().specification
  private static let size = world.observationSpace.count

  private func stack(_ random: inout RandomStream) -> [Float] {
    (0..<Self.size).map { _ in Float(random.below(256)) }
  }

  private func read(_ memory: ByteMemory, _ row: Int) -> (before: [Float], after: [Float]) {
    var (before, after) = ([Float](repeating: -1, count: Self.size), [Float](repeating: -1, count: Self.size))
    memory.read(row, into: &before)
    memory.readNext(row, into: &after)
    return (before, after)
  }

  @Test("come back as they were: frames that move on share memory, and others are found out and kept whole")
  func exact() {
    let memory = ByteMemory(capacity: 6, specification: Self.world)
    var random = RandomSource(seed: 1).stream("test")
    var kept: [(before: [Float], after: [Float])] = []
    for row in 0..<6 {
      let before = stack(&random)
      // The frames move on in the first four rows; in the fifth an older frame is another.
      var after = Array(before[49...]) + stack(&random)[..<49]
      if row == 4 { after[50] = after[50] == 0 ? 1 : 0 }
      memory.write(before, row: row, count: 1)
      memory.writeNext(after, row: row, count: 1, filled: row)
      kept.append((before, after))
      #expect(memory.sharesFrames == (row < 4))
      #expect(memory.keptAfter == (row < 4 ? 49 : 147))
      for earlier in 0...row {
        let found = read(memory, earlier)
        #expect(
          found.before == kept[earlier].before && found.after == kept[earlier].after, "row \(earlier) after \(row)")
      }
    }
  }

  @Test("a single picture shares nothing, and what is no byte becomes the nearest")
  func single() {
    var specification = Self.world
    specification.image = nil
    let memory = ByteMemory(capacity: 1, specification: specification)
    #expect(!memory.sharesFrames && memory.keptAfter == 147)
    var odd = [Float](repeating: 3, count: Self.size)
    (odd[0], odd[1], odd[2], odd[3]) = (-4, 300, .nan, .infinity)
    memory.write(odd, row: 0, count: 1)
    memory.writeNext(odd, row: 0, count: 1, filled: 0)
    let (before, after) = read(memory, 0)
    #expect(before == after && before[..<5] == [0, 255, 255, 255, 3])
  }
}
