import Compute
import Environments
import Files
import Testing

/// Sees itself as a small grey image: a bright pixel that moves to the right.
private struct DotWorld: Environment {
  var specification: EnvironmentSpecification {
    var specification = EnvironmentSpecification(
      id: "test/Dot-v0", summary: "A dot.", observationSpace: Box(low: [0, 0, 0, 0, 0, 0], high: [2, 2, 2, 2, 2, 2]),
      observationNames: (0..<6).map { "pixel \($0)" }, actionSpace: .discrete(names: ["on"]), maximumEpisodeSteps: 6,
      canTerminate: false, source: "tests")
    specification.image = ImageShape(columns: 3, rows: 2)
    return specification
  }

  func reset(random: inout RandomStream) -> Int { 0 }
  func step(_ state: inout Int, _ action: Int, random: inout RandomStream) -> Outcome {
    state += 1
    return Outcome(reward: 0, terminated: false)
  }
  func observe(_ state: Int, into observation: inout MutableSpan<Float>) {
    for index in 0..<6 { observation[index] = index == state % 6 ? 2 : 0.5 }
  }
}

@Suite("Pictures of pixels")
struct PixelsTests {
  @Test("a world whose observation is an image is drawn as that image, between its bounds")
  func scene() throws {
    let scene = DotWorld().scene(4)
    #expect(scene.width == 3 && scene.height == 2 && scene.shapes.count == 1)
    guard case .image(let x, let y, let width, let height, let pixels)? = scene.shapes.first else {
      Issue.record("no image")
      return
    }
    #expect(x == 0 && y == 0 && width == 3 && height == 2)
    // 0.5 of 2 is a quarter of 255, rounded down.
    #expect(pixels.values == [63, 63, 63, 63, 255, 63] && pixels.columns == 3 && pixels.rows == 2)
  }

  /// CRC-32 bit by bit, as the PNG specification's appendix describes it.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var register: UInt32 = .max
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xEDB8_8320 : register >> 1 }
    }
    return ~register
  }

  @Test("the file has PNG's signature, its three chunks with right checksums, and the pixels", arguments: [1, 3])
  func png(channels: Int) throws {
    let (columns, rows) = (5, 3)
    let values = (0..<columns * rows * channels).map { UInt8(truncatingIfNeeded: $0 * 37 + $0 * $0) }
    let file = Pixels(columns: columns, rows: rows, channels: channels, values: values).png
    #expect(Array(file[..<8]) == [137, 80, 78, 71, 13, 10, 26, 10])
    func number(_ place: Int) -> UInt32 { file[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) } }
    var chunks: [(name: String, body: [UInt8])] = []
    var place = 8
    while place < file.count {
      let length = Int(number(place))
      let named = Array(file[place + 4..<place + 8 + length])
      #expect(number(place + 8 + length) == Self.checksum(named))
      chunks.append((String(decoding: named[..<4], as: UTF8.self), Array(named[4...])))
      place += 12 + length
    }
    #expect(chunks.map(\.name) == ["IHDR", "IDAT", "IEND"])
    #expect(chunks[0].body == [0, 0, 0, 5, 0, 0, 0, 3, 8, channels == 1 ? 0 : 2, 0, 0, 0])
    let data = chunks[1].body
    let size = rows * (columns * channels + 1)
    let raw = try #require(Deflate.inflate(data[2..<data.count - 4], size: size))
    // Before each row stands the number of its filter: none.
    let width = columns * channels
    var expected: [UInt8] = []
    for row in 0..<rows {
      expected.append(0)
      expected += values[row * width..<(row + 1) * width]
    }
    #expect(raw == expected)
    // Adler-32: sums that are small enough here to be taken at the end.
    var (low, high): (UInt64, UInt64) = (1, UInt64(raw.count))
    for (place, byte) in raw.enumerated() {
      low += UInt64(byte)
      high += UInt64(raw.count - place) * UInt64(byte)
    }
    let sums: [UInt8] = [high % 65521 / 256, high % 65521 % 256, low % 65521 / 256, low % 65521 % 256].map(UInt8.init)
    #expect(Array(data.suffix(4)) == sums)
  }
}
