import Compute
import Testing

@Suite("Input errors")
struct InputErrorTests {
  @Test("an error reads place, problem, remedy, and leaves out what it lacks")
  func description() {
    #expect(InputError("no such thing").description == "no such thing")
    #expect(InputError("bad value", at: "a.yaml:3", remedy: "try 5").description == "a.yaml:3: bad value; try 5")
  }

  @Test("misspelt names find their neighbours, best first, at most three")
  func neighbours() {
    let known = ["pactolus/CartPole-v1", "pactolus/Pendulum-v1", "pactolus/Acrobot-v1", "pactolus/MountainCar-v0"]
    #expect(nearMisses(of: "CartPol", among: known) == ["pactolus/CartPole-v1"])
    #expect(nearMisses(of: "pendulum", among: known) == ["pactolus/Pendulum-v1"])
    #expect(nearMisses(of: "pactolus/Acrobto-v1", among: known).first == "pactolus/Acrobot-v1")
    #expect(nearMisses(of: "learnignRate", among: ["ppo.learningRate", "run.seed"]) == ["ppo.learningRate"])
    #expect(nearMisses(of: "somethingElseAltogether", among: known).isEmpty)
    #expect(nearMisses(of: "aa", among: ["aa", "ab", "ac", "ad", "ae"]).count == 3)
    #expect(nearMisses(of: "", among: known).isEmpty)
  }

  @Test("unknown names come with suggestions, or with the whole list if that is short")
  func unknown() {
    #expect(
      InputError.unknown("colour", "gren", among: ["green", "blue"]).description
        == "unknown colour 'gren'; did you mean green?")
    #expect(
      InputError.unknown("colour", "xyzzy", among: ["green", "blue"]).description
        == "unknown colour 'xyzzy'; known: green, blue")
    let many = (0..<13).map { "name-\($0)-of-many" }
    #expect(InputError.unknown("name", "xyzzy", among: many).remedy == nil)
    let dozen = Array(many.prefix(12))
    #expect(InputError.unknown("name", "xyzzy", among: dozen).remedy == "known: " + dozen.joined(separator: ", "))
  }

  /// Letters to insert, remove or change, and neighbours to swap, by its definition on what is left of both words.
  private struct Edits {
    private var known: [[Substring]: Int] = [:]

    mutating func between(_ a: Substring, _ b: Substring) -> Int {
      if a.isEmpty || b.isEmpty { return a.count + b.count }
      if let distance = known[[a, b]] { return distance }
      var distance = between(a.dropFirst(), b.dropFirst()) + (a.first == b.first ? 0 : 1)
      distance = min(distance, between(a.dropFirst(), b) + 1, between(a, b.dropFirst()) + 1)
      if a.count > 1, b.count > 1, a.prefix(2) == Substring(b.prefix(2).reversed()) {
        distance = min(distance, between(a.dropFirst(2), b.dropFirst(2)) + 1)
      }
      known[[a, b]] = distance
      return distance
    }
  }

  @Test("a name is near if a third of its letters, or one of fewer than six, are inserted, lost, changed or swapped")
  func distances() {
    var edits = Edits()
    var words = [""]
    for _ in 0..<4 { words += words.suffix(1 << words[words.count - 1].count).flatMap { [$0 + "a", $0 + "b"] } }
    #expect(words.count == 31)
    var draws = RandomSource(seed: 12).stream("words")
    // Up to nine letters, of which a third are three.
    let long = (0..<24).map { _ in
      String((0..<(5 + draws.below(5))).map { _ in Character(draws.bernoulli(0.5) ? "a" : "b") })
    }
    for group in [words, long] {
      for name in group {
        for candidate in group {
          let isNear = edits.between(name[...], candidate[...]) <= max(1, name.count / 3)
          #expect(nearMisses(of: name, among: [candidate]) == (isNear ? [candidate] : []), "\(name) \(candidate)")
        }
      }
    }
  }

  @Test("the nearest come first, in the alphabet's order where they are as near, and none that is three edits farther")
  func order() {
    // 0, 1, 2, 3 and 4 letters lost.
    let lost = (0...4).map { String("abcdefghi".dropLast($0)) }
    func near(_ places: Int...) -> [String] { nearMisses(of: "abcdefghi", among: places.map { lost[$0] }) }
    #expect(near(3) == [lost[3]] && near(4) == [])
    #expect(near(2, 0) == [lost[0], lost[2]])
    #expect(near(3, 0) == [lost[0]])
    #expect(near(3, 1) == [lost[1], lost[3]])
    #expect(near(3, 2, 1, 0) == [lost[0], lost[1], lost[2]])
    #expect(nearMisses(of: "abc", among: ["abd", "abe", "xbc", "aby"]) == ["abd", "abe", "aby"])
  }
}
