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
    "what is not JSON is refused with its line",
    arguments: [
      ("{\"a\": 1,\n\"a\": 2}", "line 2: 'a' is given twice"), ("[1,]", "expected a value"),
      ("[1 2]", "expected ',' or ']'"),
      ("{\"a\" 1}", "expected ':'"), ("[NaN]", "NaN"), ("[1e999]", "no Double holds"), ("[01]", "a number"),
      ("\"\u{1}\"", "control character"), ("\"\\x\"", "unknown escape"), ("\"\\ud800\"", "surrogate"),
      ("[1] 2", "after the end"),
      ("", "ends too early"), (String(repeating: "[", count: 80), "deeper than 64"), ("tru", "expected a value"),
    ])
  func refused(_ text: String, _ complaint: String) {
    expectInputError(complaint) { try JSONValue(parsing: Array(text.utf8), place: "test") }
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
