import Compute
import Files
import Foundation
import Testing

@Suite("JSON")
struct JSONTests {
  @Test("a document is read as Foundation reads it")
  func agreesWithFoundation() throws {
    let text = #"""
      {"a": [1, -2.5e-3, 0.1, 12345678901234567890], "b": {"c": null, "d": true}, "é\n": "\"\\\/\b\f\r\t\u00e9\ud83d\ude42",
       "long": "0123456789abcdef 0123456789abcdef\\0123456789abcdef"}
      """#
    let ours = try JSONValue(parsing: Array(text.utf8), place: "test")
    #expect(try ours == JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)))
    #expect(try JSONValue(parsing: Array(CanonicalJSON.encode(ours).utf8), place: "again") == ours)
  }

  @Test(
    "what is not JSON is refused with its line and column",
    arguments: [
      ("{\"a\": 1,\n \"a\": 2}", "line 2, column 2: 'a' is given twice"), ("[1,]", "column 4: expected a value"),
      ("[1 2]", "column 4: expected ',' or ']'"), ("{\n\n  \"a\" 1}", "line 3, column 7: expected ':'"),
      ("{\"é🙂\":\n\"é🙂\" 1}", "line 2, column 6: expected ',' or '}'"), ("[NaN]", "column 2: NaN"),
      ("[1e999]", "column 2: a number that no Double holds"), ("[1.]", "column 4: a malformed number"),
      ("[01]", "a malformed number"), ("[\"ab\n\"]", "line 1, column 5: a control character"),
      ("\"a\\x\"", "column 3: an unknown escape"), ("\"ab\\ud800c\"", "column 4: half a surrogate pair"),
      ("\"\\ud800\\u0041\"", "column 8: half a surrogate pair"), ("[1] 2", "column 5: more after the end"),
      ("", "line 1, column 1: it ends too early"),
      (String(repeating: "[", count: 80), "column 65: nested deeper than 64"),
      ("tru", "column 1: expected a value"), ("[\n", "line 2, column 1: it ends too early"),
    ])
  func refused(_ text: String, _ complaint: String) {
    expectInputError(complaint) { try JSONValue(parsing: Array(text.utf8), place: "test") }
  }

  @Test("the first byte that is not UTF-8 is named by line and column")
  func encoding() {
    expectInputError("line 2, column 3: not valid UTF-8") {
      try JSONValue(parsing: Array("[\n\"é".utf8) + [0xC3] + Array("\"]".utf8), place: "test")
    }
  }

  @Test("a quote, a backslash and a control character are found at every place of a long string")
  func everyPlace() throws {
    for place in 0..<40 {
      let letters = String(repeating: "é", count: place)
      for (inside, decoded) in [("\\n", "\n"), ("\\\"", "\""), ("", "")] {
        let text = "\"\(letters)\(inside)\(letters)\""
        #expect(try JSONValue(parsing: Array(text.utf8), place: "test") == .string(letters + decoded + letters))
      }
      expectInputError("control character") {
        try JSONValue(parsing: Array("\"\(letters)\u{1F}\(letters)\"".utf8), place: "test")
      }
    }
  }

  @Test("the one spelling of a value: sorted keys, no spaces, no escaped slashes, shortest numbers")
  func canonical() throws {
    let value = JSONValue.object([
      "b": .number(0.1), "a": .string("x/y"), "c": .number(3), "d": .array([.null, .bool(false)]),
    ])
    #expect(try CanonicalJSON.encode(value) == #"{"a":"x/y","b":0.1,"c":3,"d":[null,false]}"#)
    #expect(try CanonicalJSON.encode([Double.infinity, .nan, -.infinity]) == #"["inf","nan","-inf"]"#)
  }
}
