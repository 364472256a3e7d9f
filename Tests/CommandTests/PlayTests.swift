import Command
import Foundation
import Pactolus
import Testing

/// What `pactolus play` tells of episodes, and what it refuses.
@Suite("Playing episodes")
struct PlayTests {
  private struct Line: Decodable {
    var episode: Int
    var step: Int?
    var action: [Float]?
    var reward: Float?
    var rewards: [String: Double]?
    var terminated: Bool?
    var truncated: Bool?
    var observation: String
    var total: Double?
  }

  private func lines(_ arguments: [String]) throws -> [Line] {
    let result = try Tool.run(["play"] + arguments + ["--json"])
    #expect(result.code == 0, "\(result)")
    return try result.output.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
  }

  @Test("each step is a line: what was done, what it earned, how it ended, and a digest of what was seen")
  func steps() throws {
    let played = try lines(["pactolus/CartPole-v1", "--actions", "1,1,1,1,1,1,1,1,1,1,1,1,1,1", "--seed", "3"])
    let first = try #require(played.first)
    #expect(first.step == nil && first.observation.count == 8)
    // Pushed to one side only, the pole falls within a dozen steps, and the list ends with the episode.
    let last = try #require(played.last)
    #expect(last.terminated == true && last.truncated == false && played.count <= 14)
    #expect(last.total == Double(played.count - 1))
    #expect(played.dropFirst().map(\.step) == (0..<played.count - 1).map { $0 })
    #expect(Set(played.map(\.observation)).count == played.count)
    #expect(
      try lines(["pactolus/CartPole-v1", "--actions", "1,1,1", "--seed", "3"]).map(\.observation)
        == played.prefix(4).map(\.observation))
    #expect(
      try lines(["pactolus/CartPole-v1", "--actions", "1,1,1", "--seed", "4"]).map(\.observation)
        != played.prefix(4).map(\.observation))
  }

  @Test("a digest is the CRC-32 of the numbers' bytes")
  func digest() {
    // zlib.crc32(struct.pack("<2f", 1, -0.5)) in Python.
    #expect(PlayedEpisodes.digest([1, -0.5]) == "033d4afb")
  }

  @Test("rewards that the world names are told beside its own")
  func named() throws {
    let played = try lines(["pactolus/BoatRace-v0", "--steps", "5"])
    #expect(played.count == 6 && played[1].rewards?.keys.contains("score") == true)
  }

  @Test("episodes follow each other, each told from its start")
  func episodes() throws {
    let played = try lines(["pactolus/Pendulum-v1", "--episodes", "2"])
    #expect(played.filter { $0.step == nil }.map(\.episode) == [0, 1])
    #expect(played.filter { $0.truncated == true }.count == 2 && played.count == 402)
    let text = try Tool.run(["play", "pactolus/Pendulum-v1", "--episodes", "2"]).output
    #expect(text.components(separatedBy: "time limit").count == 3)
    #expect(text.contains("episode 2: 200 steps, return −"))
  }

  @Test("films that need nothing else: a drawing that moves and a page with players")
  func films() throws {
    let scratch = try Scratch()
    for name in ["clip.svg", "clip.html"] {
      let result = try Tool.run(
        ["play", "pactolus/CartPole-v1", "--steps", "5", "--video", name], in: scratch.url)
      #expect(result.code == 0, "\(result)")
      let text = try String(contentsOf: scratch.url.appending(path: name), encoding: .utf8)
      #expect(text.contains(name == "clip.svg" ? "<animate " : "<figure class=\"clip\">"))
    }
  }

  @Test(
    "what cannot be played is refused with the reason, and nothing is written",
    arguments: [
      (["pactolus/CartPol-v1"], 2, "did you mean pactolus/CartPole-v1"),
      (["pactolus/CartPole-v1", "--actions", "2"], 2, "unknown action '2'"),
      (["pactolus/CartPole-v1", "--actions", ","], 2, "no actions"),
      (["pactolus/Pendulum-v1", "--actions", "0.5,nan"], 2, "action 2"),
      (["pactolus/Pendulum-v1", "--actions", "0.5:1"], 2, "is not an action of 1 number"),
      (["pactolus/CartPole-v1", "--actions", "@nowhere.txt"], 2, "nowhere.txt"),
      (["pactolus/CartPole-v1", "--video", "clip.avi"], 2, "a film cannot be a '.avi'"),
      (["pactolus/CartPole-v1", "--policy", "nowhere"], 2, "no run here"),
      (["pactolus/CartPole-v1", "--keyboard"], 2, "there is no keyboard"),
      (["pactolus/CartPole-v1", "--keyboard", "--actions", "1"], 64, "exclude each other"),
      (["pactolus/CartPole-v1", "--stochastic"], 64, "goes with --policy"),
      (["pactolus/CartPole-v1", "--fallback", "runs/a"], 64, "--fallback goes with --policy"),
      (["pactolus/CartPole-v1", "--policy", "runs/a", "--level", "0.1"], 64, "--level goes with --fallback"),
      (["pactolus/CartPole-v1", "--policy", "runs/a", "--fallback", "runs/b", "--level", "1"], 64, "between 0 and 1"),
      (["pactolus/CartPole-v1", "--episodes", "0"], 64, "from 1 to 100000"),
      (["pactolus/CartPole-v1", "--ask-first", "both"], 64, "--ask-first goes with --policy"),
      (["pactolus/CartPole-v1", "--policy", "runs/a", "--ask-first", "often"], 64, "unfamiliar, irreversible or both"),
      (["pactolus/CartPole-v1", "--policy", "runs/a", "--patience", "5"], 64, "--patience goes with --ask-first"),
      (
        ["pactolus/CartPole-v1", "--policy", "runs/a", "--ask-first", "both", "--patience", "0"], 64,
        "from 0.1 to 86400"
      ),
      (
        ["pactolus/CartPole-v1", "--policy", "runs/a", "--ask-first", "irreversible", "--level", "0.1"], 64,
        "--level goes with --fallback"
      ),
    ])
  func refused(_ arguments: [String], _ code: Int, _ words: String) throws {
    let scratch = try Scratch()
    let result = try Tool.run(["play"] + arguments, in: scratch.url)
    #expect(Int(result.code) == code && (result.complaint + result.output).contains(words), "\(result)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }

  @Test("lists of actions: indices, names, first letters, numbers")
  func actionLists() throws {
    let moves = ActionSpace.discrete(names: ["up", "down", "left", "right"])
    #expect(try ActionList("uurd", in: moves).actions == [[0], [0], [3], [1]])
    #expect(try ActionList("up, LEFT 3", in: moves).actions == [[0], [2], [3]])
    #expect(try ActionList("left", in: moves).actions == [[2]])
    // Two actions begin with the same letter: it stands for neither.
    #expect(throws: InputError.self) { try ActionList("ss", in: .discrete(names: ["stay", "stop"])) }
    let box = ActionSpace.continuous(Box(low: [-1, -1], high: [1, 1]))
    #expect(try ActionList("0.5:-1\n0:2", in: box).actions == [[0.5, -1], [0, 2]])
    #expect(throws: InputError.self) { try ActionList("0.5", in: box) }
  }

  @Test("keys: arrows by the actions' names or numbers, digits, letters, Enter again, space for nothing")
  func keys() {
    func act(_ key: Keyboard.Key, _ space: ActionSpace, last: [Float] = [0]) -> [Float]? {
      Keyboard.action(for: key, in: space, last: last)
    }
    let push = ActionSpace.discrete(names: ["push left", "no push", "push right"])
    #expect(act(.left, push) == [0] && act(.right, push) == [2] && act(.up, push) == nil)
    #expect(act(.letter("1"), push) == [1] && act(.letter("3"), push) == nil && act(.enter, push, last: [2]) == [2])
    #expect(act(.letter("n"), push) == [1] && act(.letter("p"), push) == nil)
    let boat = ActionSpace.continuous(Box(low: [-1, -1], high: [1, 1]))
    #expect(act(.up, boat) == [1, 0] && act(.left, boat) == [0, 1] && act(.letter(" "), boat) == [0, 0])
    let torque = ActionSpace.continuous(Box(low: [-2], high: [2]))
    #expect(act(.left, torque) == [-2] && act(.right, torque) == [2])
    #expect(act(.letter(" "), .discrete(names: ["up", "noop"])) == [1])
  }
}

@Suite("A package for a world of one's own")
struct NewEnvironmentTests {
  @Test("it is made whole, under eighty lines of world, and never over something else")
  func made() throws {
    let scratch = try Scratch()
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let call = ["new-environment", "Tightrope", "--pactolus", root]
    let result = try Tool.run(call, in: scratch.url)
    #expect(result.code == 0, "\(result)")
    let folder = scratch.url.appending(path: "Tightrope")
    let world = try String(contentsOf: folder.appending(path: "Sources/World/Tightrope.swift"), encoding: .utf8)
    #expect(world.split(separator: "\n", omittingEmptySubsequences: false).count < 80)
    #expect(world.contains("struct Tightrope: Environment"))
    let package = try String(contentsOf: folder.appending(path: "Package.swift"), encoding: .utf8)
    #expect(package.contains("path: \"\(root)\""))
    let again = try Tool.run(call, in: scratch.url)
    #expect(again.code == 2 && again.complaint.contains("there is something already"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["Tightrope"])
  }

  @Test(
    "names that are no Swift types are refused",
    arguments: ["tightrope", "My-World", "9Lives", "État", "State", "World"])
  func names(_ name: String) throws {
    let scratch = try Scratch()
    let result = try Tool.run(["new-environment", name, "--pactolus", "/"], in: scratch.url)
    #expect(result.code == 2, "\(result)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }
}
