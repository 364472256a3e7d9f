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
  }
}
