import Compute
import Files
import Foundation
import Recorded
import Testing

@Suite("Taking JSON apart")
struct JSONValueTests {
  @Test("a field of the wrong kind is named with what it is and what it should be")
  func kinds() throws {
    let number = JSONValue.number(1.5)
    let list = JSONValue.array([.number(1), .number(2)])
    #expect(try number.number("a", "p") == 1.5 && JSONValue.number(3).integer("a", "p") == 3)
    #expect(try list.list("a", "p") == [.number(1), .number(2)] && list.numbers("a", "p", count: 2) == [1, 2])
    #expect(try list.list("a", "p", count: 2).count == 2)
    #expect(complaint { try JSONValue.null.number("a", "p") } == "p: a is null; give a number")
    #expect(complaint { try JSONValue.bool(true).number("a", "p") } == "p: a is true; give a number")
    #expect(complaint { try JSONValue.string("x").number("a", "p") } == "p: a is 'x'; give a number")
    #expect(complaint { try number.integer("a", "p") } == "p: a is 1.5; give a whole number")
    #expect(complaint { try JSONValue.object([:]).integer("a", "p") } == "p: a is an object; give a whole number")
    #expect(complaint { try number.list("a", "p") } == "p: a is 1.5; give a list")
    #expect(complaint { try number.list("a", "p", count: 3) } == "p: a is 1.5; give a list of 3")
    #expect(complaint { try list.number("a", "p") } == "p: a is a list of 2; give a number")
    #expect(complaint { try list.numbers("a", "p", count: 3) } == "p: a has 2 entries; give 3")
    #expect(complaint { try list.numbers("a", "p", count: 1) } == "p: a has 2 entries; give 1")
    #expect(
      complaint { try JSONValue.array([.number(1), .null]).numbers("a", "p", count: 2) }
        == "p: a[1] is null; give a number")
  }

  @Test("whole numbers keep their spelling up to 2⁵³, and every value survives any encoder")
  func spelling() throws {
    for (number, text) in [
      (0x1p53, "9007199254740992"), (-0x1p53, "-9007199254740992"), (3.0, "3"), (0.5, "0.5"), (1e300, "1e+300"),
      (0x1p54, "1.8014398509481984e+16"), (0x1p63, "9.223372036854776e+18"),
    ] {
      #expect(try CanonicalJSON.encode(JSONValue.number(number)) == text)
    }
    let value = JSONValue.object([
      "a": .array([.null, .bool(true), .number(0.1), .string("x"), .object([:]), .array([])])
    ])
    let encoder = JSONEncoder()
    #expect(try JSONDecoder().decode(JSONValue.self, from: encoder.encode(value)) == value)
    #expect(try JSONValue(encoding: value) == value && value.decode(JSONValue.self) == value)
    #expect(try JSONValue(encoding: [1, 2]) == .array([.number(1), .number(2)]))
    #expect(try CanonicalJSON.decode([Double].self, from: #"["inf","-inf",1]"#) == [.infinity, -.infinity, 1])
    #expect(try CanonicalJSON.decode([Double].self, from: #"["nan"]"#)[0].isNaN)
    #expect(
      String(decoding: try JSON.encode([Double.infinity, -.infinity, .nan], .prettyResult), as: UTF8.self)
        == "[\n  \"infinity\",\n  \"-infinity\",\n  \"nan\"\n]")
    #expect(try JSON.decode([Float].self, from: #"["infinity","nan"]"#.utf8, nonFinite: .long)[0] == .infinity)
  }

  @Test("a row that Python wrote may hold NaN and infinities")
  func rows() throws {
    let row = try JSONValue(row: Array(#"xx{"a": [Infinity, -Infinity, 1]}yy"#.utf8), in: 2..<33)
    #expect(row == .object(["a": .array([.number(.infinity), .number(-.infinity), .number(1)])]))
    var scanner = JSONScanner(Array("NaN".utf8))
    #expect(try scanner.number().isNaN)
    var strict = JSONScanner(Array(" Infinity".utf8))
    strict.allowsNonFinite = false
    #expect(throws: RowFault.self) { try strict.number() }
    #expect(strict.position == 1)
  }

  @Test("every well-formed character is UTF-8, and every other sequence is not, as Swift's own decoder has it")
  func utf8() {
    func agrees(_ bytes: [UInt8]) -> Bool {
      JSONScanner.isUTF8(bytes.span) == (String(validating: bytes, as: UTF8.self) != nil)
    }
    let interesting: [UInt8] = [
      0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
      0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    var wrong = 0
    for a in interesting {
      for b in interesting {
        for c in interesting {
          if !agrees([a, b, c]) { wrong += 1 }
          for d in interesting where a >= 0xE0 {
            if !agrees([a, b, c, d]) || !agrees([0x41, a, b, c, d, 0x42]) { wrong += 1 }
          }
        }
      }
    }
    #expect(wrong == 0)
    // Where the first one begins, at every place behind letters.
    for place in 0..<20 {
      let letters = [UInt8](repeating: 0x61, count: place)
      let after = [UInt8](repeating: 0x61, count: 20)
      #expect(JSONScanner.firstInvalidUTF8(in: (letters + [0xC3, 0xA9] + after).span) == nil)
      #expect(JSONScanner.firstInvalidUTF8(in: (letters + [0xFF] + after).span) == place)
      #expect(JSONScanner.firstInvalidUTF8(in: (letters + [0xE2, 0x82]).span) == place)
      #expect(JSONScanner.firstInvalidUTF8(in: (letters + [0xF0, 0x9F, 0x99, 0x41] + after).span) == place)
    }
  }

  @Test("texts that are numbers are those that JSON has, and strtod's words and hexadecimals are not")
  func parsing() {
    func parse(_ text: String) -> Double? { JSONScanner.parse(Array(text.utf8).span) }
    #expect(parse("1.5") == 1.5 && parse("-2e3") == -2000 && parse("+1E-2") == 0.01 && parse("0") == 0)
    for bad in ["", "0x10", "inf", "nan", "1 ", " 1", "1.5.2", "1e", "--1", "-"] {
      #expect(parse(bad) == nil, "\(bad)")
    }
    #expect(parse(String(repeating: "1", count: 511)) == .infinity && parse(String(repeating: "1", count: 512)) == nil)
    #expect(parse("0." + String(repeating: "0", count: 400) + "1") == 0)
  }

  @Test("the words null, true and false, whole numbers, and everything that is passed over")
  func scanning() throws {
    func after<Value>(_ text: String, _ body: (inout JSONScanner) throws -> Value) throws -> (Value, Int) {
      var scanner = JSONScanner(Array(text.utf8))
      return (try body(&scanner), scanner.position)
    }
    #expect(try after(" null,") { try $0.literal() } == (nil, 5))
    #expect(try after("true") { try $0.literal() } == (true, 4) && after("false ") { try $0.literal() } == (false, 5))
    #expect(throws: RowFault.self) { try after("nul") { try $0.literal() } }
    #expect(try after(" 120,") { try $0.natural() } == (120, 4) && after("0") { try $0.natural() } == (0, 1))
    for bad in ["01", "-1", "1.5x", "", "x", "99999999999999999999"] where bad != "1.5x" {
      #expect(throws: RowFault.self, "\(bad)") { try after(bad) { try $0.natural() } }
    }
    for text in [
      #"{"a": [1, {"b": null}], "c": "d\"e"}"#, "[]", "{}", #""x""#, "-1.5e+3", "true", "NaN", "[[[]]]", #"{"a":1}"#,
    ] {
      let (_, end) = try after(text + " ,") { try $0.skip() }
      #expect(end == text.utf8.count, "\(text)")
    }
    for bad in ["[1,]", #"{"a"}"#, #"{"a":}"#, "[1", #"{"a":1,}"#, "[1 2]", #"{1:2}"#] {
      #expect(throws: RowFault.self, "\(bad)") { try after(bad) { try $0.skip() } }
    }
    let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(try after(deep) { try $0.skip() }.1 == 128)
    #expect(throws: RowFault.self) { try after("[" + deep + "]") { try $0.skip() } }
    #expect(try JSONValue(parsing: Array(deep.utf8), place: "p") != .null)
    #expect(throws: InputError.self) { try JSONValue(parsing: Array("[\(deep)]".utf8), place: "p") }
    #expect(try after(" \"a\\u0041\\uD83D\\uDE42\"") { try $0.string() } == ("aA🙂", 22))
    #expect(
      try after("\"\\uDBFF\\uDFFF\\uE000\\uFFFF\\u0000\"") { try $0.string() }.0 == "\u{10FFFF}\u{E000}\u{FFFF}\u{0}")
    for bad in [#""\uDC00""#, #""\uD83D\uD83D""#, #""\uD83Dx""#, #""\u12g4""#, #""\u123"#, #""\q""#, #""abc"#, #""\"#] {
      #expect(throws: RowFault.self, "\(bad)") { try after(bad) { try $0.string() } }
    }
    for (text, kind) in [
      ("{", JSONScanner.Kind.object), ("[", .array), ("\"", .string), ("-", .number), ("9", .number), ("N", .number),
      ("I", .number), ("t", .literal), ("f", .literal), ("n", .literal),
    ] {
      #expect(try after(" " + text) { try $0.kind() }.0 == kind)
    }
  }
}

@Suite("Lines of JSON")
struct LinesOfJSONTests {
  private struct Row: Codable, Equatable {
    var a: Int
    var b: [Double]?
  }

  private func said(_ text: String) -> String {
    complaint {
      try LinesOfJSON.decode(Array(text.utf8), place: "l", as: Row.self) { row, place in "\(place)=\(row.a)" }
    }
  }

  @Test("each line is decoded with its number; blank ones are counted and passed over")
  func decoding() {
    #expect(said("{\"a\": 1}\n\n \t\r\n{\"a\": 2}\r\n{\"a\":3}") == #"no error: ["l:1=1", "l:4=2", "l:5=3"]"#)
    #expect(said("") == "no error: []")
    #expect(
      said("{\"a\": 1}\n{\"a\": 1]")
        == "l:2: this is not JSON, column 8: expected ',' or '}'; each line holds one JSON object")
    #expect(said("\n{}") == "l:2: 'a' is missing")
    #expect(said("{\"a\": \"x\"}") == "l:1, a: Expected to decode Int but found a string instead")
    #expect(said("{\"a\": 1, \"b\": [0.5, null]}") == "l:1, b[1]: Expected to decode Double but found null instead")
    #expect(said("{\"a\": 1.5}") == "l:1, a: Int cannot hold the number 1.5")
    #expect(
      complaint { try LinesOfJSON.decode([0x7B, 0xFF, 0x7D], place: "l", as: Row.self) { row, _ in row.a } }
        == "l:1: the line is not UTF-8 text; save the file as UTF-8")
    #expect(
      complaint {
        try LinesOfJSON.decode(Array("{\"a\":1}".utf8), place: "l", as: Row.self) { row, _ -> Int in
          throw InputError("too few", at: "a", remedy: "more")
        }
      } == "l:1, a: too few; more")
  }

  @Test("values are written one a line, and what JSON lacks is named by its place")
  func encoding() throws {
    let data = try LinesOfJSON.encode([Row(a: 1, b: [0.5, 2]), Row(a: 2)], what: "row")
    #expect(String(decoding: data, as: UTF8.self) == "{\"a\":1,\"b\":[0.5,2]}\n{\"a\":2}\n")
    #expect(
      complaint { try LinesOfJSON.encode([Row(a: 1), Row(a: 2, b: [1, .infinity])], what: "row") }
        == "row 2, b[1]: the number inf cannot be written in JSON; leave it out, or use safetensors")
    #expect(
      complaint { try LinesOfJSON.encode([Double.nan], what: "row") }
        == "row 1: the number nan cannot be written in JSON; leave it out, or use safetensors")
  }

  @Test("unknown keys are refused with those that are near")
  func keys() {
    struct Strict: Decodable {
      struct Inner: Decodable {
        init(from decoder: any Decoder) throws { try decoder.allow(["width"]) }
      }
      var inner: Inner?
      enum CodingKeys: String, CodingKey { case inner }
      init(from decoder: any Decoder) throws {
        try decoder.allow(["inner"])
        inner = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Inner.self, forKey: .inner)
      }
    }
    #expect(
      complaint { try JSON.decode(Strict.self, from: #"{"inmer": 1}"#.utf8) }
        == "unknown field 'inmer'; did you mean inner?")
    #expect(
      complaint { try JSON.decode(Strict.self, from: #"{"inner": {"widht": 1}}"#.utf8) }
        == "inner: unknown field 'widht'; did you mean width?")
    #expect(throws: Never.self) { try JSON.decode(Strict.self, from: #"{"inner": {"width": 1}}"#.utf8) }
  }

  @Test("containers by hand: nested, skipped, counted, and asked for beyond their end")
  func containers() throws {
    struct Nested: Codable, Equatable {
      var numbers = [1, 2]
      enum Keys: String, CodingKey { case inner, list, none }

      init() {}

      func encode(to encoder: any Encoder) throws {
        var outer = encoder.container(keyedBy: Keys.self)
        try outer.encodeNil(forKey: .none)
        var inner = outer.nestedContainer(keyedBy: Keys.self, forKey: .inner)
        try inner.encode("x", forKey: .none)
        var list = outer.nestedUnkeyedContainer(forKey: .list)
        for number in numbers { try list.encode(number) }
        try list.encodeNil()
        var deep = list.nestedUnkeyedContainer()
        try deep.encode(true)
        var deeper = list.nestedContainer(keyedBy: Keys.self)
        try deeper.encode(0.5, forKey: .none)
      }

      init(from decoder: any Decoder) throws {
        let outer = try decoder.container(keyedBy: Keys.self)
        guard outer.contains(.none), try outer.decodeNil(forKey: .none), !(try outer.decodeNil(forKey: .inner)) else {
          throw InputError("nil")
        }
        guard outer.allKeys.map(\.stringValue) == ["inner", "list", "none"] else { throw InputError("keys") }
        let inner = try outer.nestedContainer(keyedBy: Keys.self, forKey: .inner)
        guard try inner.decode(String.self, forKey: .none) == "x" else { throw InputError("inner") }
        var list = try outer.nestedUnkeyedContainer(forKey: .list)
        guard list.count == 5, !list.isAtEnd, !(try list.decodeNil()) else { throw InputError("count") }
        numbers = [try list.decode(Int.self), try list.decode(Int.self)]
        guard list.currentIndex == 2, try list.decodeNil(), list.currentIndex == 3 else { throw InputError("index") }
        var deep = try list.nestedUnkeyedContainer()
        guard try deep.decode(Bool.self), deep.isAtEnd, list.currentIndex == 4 else { throw InputError("deep") }
        let deeper = try list.nestedContainer(keyedBy: Keys.self)
        guard try deeper.decode(Double.self, forKey: .none) == 0.5, list.isAtEnd else { throw InputError("deeper") }
        do {
          _ = try list.decode(Int.self)
          throw InputError("beyond")
        } catch DecodingError.valueNotFound(_, let context) {
          guard context.debugDescription == "the list has 5 entries only", context.codingPath.last?.intValue == 5 else {
            throw InputError("words")
          }
        }
      }
    }
    let data = try JSON.encode(Nested())
    #expect(
      String(decoding: data, as: UTF8.self)
        == #"{"inner":{"none":"x"},"list":[1,2,null,[true],{"none":0.5}],"none":null}"#)
    #expect(try JSON.decode(Nested.self, from: data) == Nested())
    // Numbers of every width, at both ends.
    struct Widths: Codable, Equatable {
      var a: Int8 = .min, b: Int16 = .min, c: Int32 = .min, d: Int64 = .min, e: UInt8 = .max, f: UInt16 = .max
      var g: UInt32 = .max, h: UInt64 = .max, i: UInt = .max, j: Float = 0.1, k = false, l = Data([1, 2, 3])
    }
    let widths = try JSON.encode(Widths())
    #expect(
      String(decoding: widths, as: UTF8.self)
        == #"{"a":-128,"b":-32768,"c":-2147483648,"d":-9223372036854775808,"e":255,"f":65535,"g":4294967295,"#
        + #""h":18446744073709551615,"i":18446744073709551615,"j":0.1,"k":false,"l":"AQID"}"#)
    #expect(try JSON.decode(Widths.self, from: widths) == Widths())
    #expect(throws: DecodingError.self) { try JSON.decode([Int8].self, from: "[128]".utf8) }
    #expect(throws: DecodingError.self) { try JSON.decode([Data].self, from: #"["?"]"#.utf8) }
    #expect(throws: DecodingError.self) { try JSON.decode([Float].self, from: "[1e39]".utf8) }
    let nothing = try JSON.encode([String: Int](), .pretty)
    #expect(String(decoding: nothing, as: UTF8.self) == "{\n\n}")
  }
}
