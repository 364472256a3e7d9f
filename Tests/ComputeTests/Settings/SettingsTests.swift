import Compute
import Foundation
import Testing

private enum Mood: String, CaseIterable, Sendable { case calm, wild }

private struct Sample: SettingsSection, Decodable {
  var steps = 10
  var cap: Int? = 5
  var sizes = [32, 32]
  var rate = 0.5
  var limit: Double?
  var single: Float = 0.1
  var clip: Float? = 0.2
  var isOn = true
  var mood = Mood.calm
  var colour = "red"
  var title = "none yet"

  static let section = "sample"
  static let settings: [Setting<Self>] = [
    .integer("steps", \.steps, 1...100, "Steps.", "here").formerly("ticks").formerly("moves"),
    .integer("cap", \.cap, 0...9, "Cap.", "here"),
    .integers("sizes", \.sizes, 1...64, "Sizes.", "here"),
    .number("rate", \.rate, 0...1, "Rate.", "here").meaning(whereAbsent: .number(0.25)),
    .number("limit", \.limit, 0...Double.infinity, "Limit.", "here"),
    .number("single", \.single, 0...1, "Single.", "here"),
    .number("clip", \.clip, 0...1, "Clip.", "here"),
    .boolean("isOn", \.isOn, "On.", "here"),
    .choice("mood", \.mood, "Mood.", "here"),
    .choice("colour", \.colour, among: ["red", "blue"], "Colour.", "here"),
    .text("title", \.title, "Title.", "here"),
  ]
}

@Suite("Settings")
struct SettingsTests {
  private func setting(_ name: String) throws -> Setting<Sample> {
    try #require(Sample.settings.first { $0.name == name })
  }

  @Test(
    "values are read from text within their limits, at both ends, and from nothing else",
    arguments: [
      ("steps", "1", "1"), ("steps", "100", "100"), ("steps", "0", nil), ("steps", "101", nil), ("steps", "1_0", "10"),
      ("steps", "1e2", "100"), ("steps", "2E1", "20"), ("steps", "1.5", nil), ("steps", "1.0", nil),
      ("steps", "1e-1", nil),
      ("steps", "x", nil), ("steps", "none", nil), ("cap", "none", "none"), ("cap", "NULL", "none"),
      ("cap", "~", "none"),
      ("cap", "9", "9"), ("cap", "10", nil), ("sizes", "[1, 64]", "[1, 64]"), ("sizes", "7", "[7]"),
      ("sizes", "[]", "[]"), ("sizes", "", "[]"), ("sizes", "[65]", nil), ("sizes", "[1,,2]", nil),
      ("sizes", " 3 , 4 ", "[3, 4]"), ("sizes", "[1, x]", nil), ("sizes", "[1", nil), ("rate", "0", "0"),
      ("rate", "1", "1"),
      ("rate", "1.01", nil), ("rate", "-0.01", nil), ("rate", "nan", nil), ("rate", "2.5e-1", "0.25"),
      ("rate", "0.000_5", "0.0005"), ("limit", "1e12", "1000000000000.0"), ("limit", "999999999999", "999999999999"),
      ("limit", "inf", nil), ("limit", "none", "none"), ("single", "0.1", "0.1"), ("clip", "none", "none"),
      ("isOn", "yes", "true"), ("isOn", "On", "true"), ("isOn", "TRUE", "true"), ("isOn", "no", "false"),
      ("isOn", "off", "false"), ("isOn", "false", "false"), ("isOn", "1", nil), ("mood", "wild", "wild"),
      ("mood", "Wild", nil), ("colour", "blue", "blue"), ("colour", "green", nil), ("title", "a b", "a b"),
      ("title", "", nil),
    ])
  func values(name: String, text: String, description: String?) throws {
    let setting = try setting(name)
    let value = setting.kind.value(of: text)
    #expect(value?.description == description)
    guard let value else { return }
    var sample = Sample()
    setting.write(&sample, value)
    #expect(setting.read(sample) == value)
  }

  @Test("what is allowed is said in words")
  func allowed() throws {
    let words = [
      "steps": "a whole number from 1 to 100", "cap": "a whole number from 0 to 9, or none",
      "sizes": "a list like [32, 32], each from 1 to 64", "rate": "a number from 0 to 1",
      "limit": "a number of at least 0, or none", "single": "a number from 0 to 1",
      "clip": "a number from 0 to 1, or none",
      "isOn": "true or false", "mood": "one of calm, wild", "colour": "one of red, blue", "title": "text",
    ]
    for setting in Sample.settings { #expect(setting.kind.allowed == words[setting.name]) }
    #expect(SettingKind.integer(3...Int.max).allowed == "a whole number of at least 3")
    #expect(SettingKind.number(0.5...2.5).allowed == "a number from 0.5 to 2.5")
    #expect(try setting("steps").formerNames == ["ticks", "moves"] && setting("cap").formerNames == [])
    #expect(try setting("rate").valueWhereAbsent == .number(0.25) && setting("cap").valueWhereAbsent == nil)
    #expect(try setting("steps").meaning == "Steps." && setting("steps").source == "here")
  }

  @Test("a value of another kind is not written; none clears what may be none")
  func otherKinds() throws {
    for setting in Sample.settings {
      var sample = Sample()
      setting.write(
        &sample,
        setting.name == "title" || setting.name == "colour" || setting.name == "mood" ? .integer(3) : .text("x"))
      let clears = ["cap", "limit", "clip"].contains(setting.name)
      #expect(setting.read(sample) == (clears ? .none : setting.read(Sample())), "\(setting.name)")
    }
    var sample = Sample()
    try setting("mood").write(&sample, .text("angry"))
    #expect(sample.mood == .calm)
    try setting("clip").write(&sample, .number(0.7))
    #expect(sample.clip == 0.7)
    try setting("limit").write(&sample, .number(3))
    #expect(sample.limit == 3)
    // Single precision is written in its own fewest digits.
    #expect(try setting("single").read(sample) == .number(0.1) && setting("clip").read(sample) == .number(0.7))
  }

  @Test("a section is read from what is stored, and defaults stand where nothing is")
  func decoding() throws {
    #expect(try JSONDecoder().decode(Sample.self, from: Data("{}".utf8)) == Sample())
    let stored = #"""
      {"steps": 3, "cap": null, "sizes": [4], "rate": 0.75, "limit": 2, "single": 0.3, "clip": 0.4, "isOn": false,
       "mood": "wild", "colour": "blue", "title": "t", "unknown": 1}
      """#
    let read = try JSONDecoder().decode(Sample.self, from: Data(stored.utf8))
    #expect(
      read.values == [
        "sample.steps": "3", "sample.cap": "none", "sample.sizes": "[4]", "sample.rate": "0.75", "sample.limit": "2",
        "sample.single": "0.3", "sample.clip": "0.4", "sample.isOn": "false", "sample.mood": "wild",
        "sample.colour": "blue", "sample.title": "t",
      ])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Sample.self, from: Data(#"{"steps": "x"}"#.utf8)) }
    #expect(
      AnySettingsSection(Sample()) == AnySettingsSection(Sample())
        && AnySettingsSection(read) != AnySettingsSection(Sample()))
    #expect(Set([AnySettingsSection(Sample()), AnySettingsSection(Sample()), AnySettingsSection(read)]).count == 2)
    #expect(" \t a b\n ".trimmingWhitespace == "a b" && "".trimmingWhitespace == "" && " ".trimmingWhitespace == "")
    #expect(SettingValue.number(-3).description == "-3" && SettingValue.number(0.5).description == "0.5")
  }
}
