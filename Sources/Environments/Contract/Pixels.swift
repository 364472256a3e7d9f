import Compute
import Files
import Foundation

/// An image as rows of bytes: what an agent sees whose observations are pixels.
public struct Pixels: Sendable, Hashable, Codable {
  /// How many pixels stand side by side.
  public let columns: Int
  /// How many rows there are; the first is the topmost.
  public let rows: Int
  /// 1 for shades of grey, 3 for red, green and blue.
  public let channels: Int
  /// [rows × columns × channels], 0 dark to 255 bright.
  public let values: [UInt8]

  /// An image of these bytes, as many as its sides and channels ask for.
  public init(columns: Int, rows: Int, channels: Int, values: [UInt8]) {
    precondition(columns > 0 && rows > 0 && (channels == 1 || channels == 3), "an image of grey or coloured pixels")
    precondition(values.count == columns * rows * channels, "a byte for each channel of each pixel")
    self.columns = columns
    self.rows = rows
    self.channels = channels
    self.values = values
  }

  /// The image as a PNG file (8 bits a channel, no interlacing, no row filters; PNG 1.2).
  ///
  /// - Complexity: O(bytes), with a deflate of them.
  package var png: [UInt8] {
    var raw: [UInt8] = []
    raw.reserveCapacity(values.count + rows)
    for row in 0..<rows {
      raw.append(0)
      raw += values[row * columns * channels..<(row + 1) * columns * channels]
    }
    // zlib's frame around raw deflate: its two bytes in front, Adler-32 behind.
    guard let deflated = Deflate.deflate(raw) else { preconditionFailure("no memory to compress an image") }
    let body = [0x78, 0x9C] + deflated + Self.bytes(Self.adler(raw))
    let header = Self.bytes(UInt32(columns)) + Self.bytes(UInt32(rows)) + [8, channels == 1 ? 0 : 2, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", header) + Self.chunk("IDAT", body)
      + Self.chunk("IEND", [])
  }

  /// The image as an address that a page can show without a request.
  package var address: String { "data:image/png;base64," + Data(png).base64EncodedString() }

  private static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + body
    return bytes(UInt32(body.count)) + named + bytes(Deflate.checksum(named))
  }

  private static func bytes(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
  }

  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    return high << 16 | low
  }
}

/// How an observation's components are the pixels of an image: row after row from the top, the channels of a pixel side
/// by side.
public struct ImageShape: Sendable, Hashable {
  /// How many pixels stand side by side.
  public var columns: Int
  /// How many rows there are, those of all frames together.
  public var rows: Int
  /// 1 for shades of grey, 3 for red, green and blue.
  public var channels: Int
  /// How many pictures stand below one another, each with an equal part of the rows: those of the last moments, the
  /// oldest on top. Networks take them as channels of one image.
  public var frames: Int

  /// The shape of an image of grey (1 channel) or coloured (3) pixels, or of several below one another.
  public init(columns: Int, rows: Int, channels: Int = 1, frames: Int = 1) {
    precondition(columns > 0 && rows > 0 && (channels == 1 || channels == 3), "an image of grey or coloured pixels")
    precondition(frames > 0 && rows % frames == 0, "each frame has an equal part of the rows")
    self.columns = columns
    self.rows = rows
    self.channels = channels
    self.frames = frames
  }

  /// How many components an observation of this shape has.
  public var count: Int { columns * rows * channels }
}

extension Scene {
  /// The image that an observation is, each component placed between its bounds (0 and 1 where it has none).
  package static func image(_ values: [Float], _ shape: ImageShape, _ space: Box) -> Scene {
    let bytes = values.indices.map { index -> UInt8 in
      let (low, high) = (space.low[index], space.high[index])
      let isBounded = low.isFinite && high.isFinite && high > low
      let share = isBounded ? (values[index] - low) / (high - low) : values[index]
      return UInt8(255 * (share.isFinite ? min(max(share, 0), 1) : 0))
    }
    let pixels = Pixels(columns: shape.columns, rows: shape.rows, channels: shape.channels, values: bytes)
    let (width, height) = (Double(shape.columns), Double(shape.rows))
    return Scene(
      left: 0, bottom: 0, width: width, height: height,
      shapes: [.image(x: 0, y: 0, width: width, height: height, pixels: pixels)])
  }
}
