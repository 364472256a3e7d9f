import Compute
import Files
import Foundation
import Testing

/// Values of every kind that the house stores.
private struct Sample: Codable, Equatable {
  enum Word: Codable, Equatable {
    case one
    case two(Int, name: String)
  }

  var single: Float
  var whole: [Int]
  var text: String?
  var numbers: [String: Double]
  var bytes: Data
  var large: UInt64
  var small: Int8
  var inner: [Sample]
  var word: Word
  var flags: [Bool?]

  init(_ random: inout RandomStream, depth: Int) {
    single = Float(bitPattern: random.next32())
    if !single.isFinite { single = 16_777_216 }
    whole = (0..<random.below(4)).map { _ in Int(bitPattern: UInt(random.next32())) << random.below(33) }
    text = random.bernoulli(0.5) ? nil : Self.text(&random)
    numbers = [:]
    for _ in 0..<random.below(5) { numbers[Self.text(&random)] = Self.number(&random) }
    bytes = Data((0..<random.below(30)).map { UInt8($0 * 7) })
    large = UInt64(random.next32()) << 32 | UInt64(random.next32())
    small = Int8(truncatingIfNeeded: Int(random.next32()))
    let count = depth == 0 ? 0 : random.below(3)
    inner = []
    for _ in 0..<count { inner.append(Sample(&random, depth: depth - 1)) }
    word = random.bernoulli(0.5) ? .one : .two(3, name: Self.text(&random))
    flags = [true, nil, false]
  }

  private static func text(_ random: inout RandomStream) -> String {
    let letters = Array("abc/\"\\\n\r\t\u{8}\u{c}\u{1}\u{1f}\u{7f}é🙂e\u{301}0 _Z".unicodeScalars)
    var text = String.UnicodeScalarView()
    for _ in 0..<random.below(9) { text.append(letters[random.below(letters.count)]) }
    return String(text)
  }

  private static func number(_ random: inout RandomStream) -> Double {
    switch random.below(3) {
    case 0: Double(random.below(2_000_000) - 1_000_000)
    case 1: Double(random.below(1000)) / 7
    default: Foundation.pow(10, Double(random.below(600) - 300))
    }
  }
}

@Suite("JSON of Codable values")
struct JSONCodingTests {
  @Test("values are written in the bytes of Foundation's encoder with sorted keys, and read back equal")
  func bytes() throws {
    let styles: [(JSON.Style, JSONEncoder.OutputFormatting)] = [
      (.plain, [.sortedKeys, .withoutEscapingSlashes]), (.snapshot, .sortedKeys),
      (.pretty, [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]),
    ]
    for seed in 0..<500 {
      var random = RandomSource(seed: 7).stream("json", seed)
      let value = Sample(&random, depth: 3)
      for (style, formatting) in styles {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        let expected = try encoder.encode(value)
        #expect(try JSON.encode(value, style) == expected)
        #expect(try JSON.decode(Sample.self, from: expected) == value)
      }
    }
  }

  @Test("numbers keep the digits of their own type, at the ends of their range too")
  func numbers() throws {
    let text = #"{"d":[1,-0,0.1,1e+16,1e-05,5e-324],"f":[0.1,1e+10,16777216],"u":18446744073709551615}"#
    struct Numbers: Codable {
      var d: [Double]
      var f: [Float]
      var u: UInt64
    }
    let numbers = try JSON.decode(Numbers.self, from: text.utf8)
    #expect(numbers.f == [0.1, 1e10, 16_777_216] && numbers.u == .max && numbers.d[5] == .leastNonzeroMagnitude)
    #expect(String(decoding: try JSON.encode(numbers), as: UTF8.self) == text)
    #expect(try JSON.decode([Int].self, from: "[1.0,1e2,-3]".utf8) == [1, 100, -3])
    for bad in ["[1.5]", "[300]", "[-1]", "[1e400]"] {
      #expect(throws: DecodingError.self, "\(bad)") { try JSON.decode([UInt8].self, from: bad.utf8) }
    }
  }

  @Test("infinities and NaN are refused where the style has no words for them, and read where it has")
  func nonFinite() throws {
    #expect(throws: EncodingError.self) { try JSON.encode([Double.nan]) }
    #expect(String(decoding: try JSON.encode([Float.infinity], .result), as: UTF8.self) == #"["infinity"]"#)
    #expect(try JSON.decode([Double].self, from: #"["-inf"]"#.utf8, nonFinite: .short) == [-.infinity])
    #expect(throws: DecodingError.self) { try JSON.decode([Double].self, from: #"["-inf"]"#.utf8) }
  }

  @Test(
    "what does not fit is named by its place",
    arguments: [
      (#"{"a": [{"b": "x"}]}"#, "a.0.b: Expected to decode Int but found a string"),
      (#"{"a": [{}]}"#, "a.0: there is no 'b'"), (#"{"a": [{"b": 1.5}]}"#, "a.0.b: Int cannot hold the number 1.5"),
      (#"{"a": 3}"#, "a: Expected to decode Array<Any> but found a number"),
      (#"{"a": null}"#, "a: Expected to decode Array<Any> but found null"),
      ("{\"a\": [],\n \"a\": []}", ": not valid JSON, line 2, column 2: 'a' is given twice"),
      (#"{"a": [],}"#, ": not valid JSON, line 1, column 10: "),
    ])
  func faults(_ text: String, _ complaint: String) throws {
    struct Outer: Decodable {
      struct Inner: Decodable { var b: Int }
      var a: [Inner]
    }
    let error = try #require(throws: DecodingError.self) { try JSON.decode(Outer.self, from: text.utf8) }
    let context =
      switch error {
      case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
        .dataCorrupted(let context):
        context
      @unknown default: DecodingError.Context(codingPath: [], debugDescription: "")
      }
    let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    #expect("\(path): \(context.debugDescription)".hasPrefix(complaint))
  }
}
