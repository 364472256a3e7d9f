import Foundation
import Testing

/// What the verbs that list things say where there is something, nothing, or no such place.
@Suite("Lists of runs and of environments")
struct ListingTests {
  @Test("where no run was ever started, the list is empty and says how to start one")
  func noRuns() throws {
    let scratch = try Scratch()
    let result = try Tool.run(["runs"], in: scratch.url)
    #expect(result.code == 0 && result.output == "no runs yet; start one with 'pactolus learn'\n", "\(result)")
    let json = try Tool.run(["runs", "--json"], in: scratch.url)
    #expect(json.code == 0 && json.output == "[]\n", "\(json)")
    #expect(try Tool.run(["runs", "runs"], in: scratch.url).output == result.output)
  }

  @Test("a place that was named and is not there is refused")
  func nowhere() throws {
    let scratch = try Scratch()
    for more in [[], ["--json"]] {
      let result = try Tool.run(["runs", "elsewhere"] + more, in: scratch.url)
      #expect(result.code == 2 && result.output.isEmpty, "\(result)")
      #expect(result.complaint.contains("elsewhere") && result.complaint.contains("no such directory"))
    }
  }

  @Test("an empty place has no runs, and one with a file in it has none either")
  func empty() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(atPath: scratch.path + "/runs", withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(fileURLWithPath: scratch.path + "/runs/note"))
    let result = try Tool.run(["runs"], in: scratch.url)
    #expect(result.code == 0 && result.output == "no runs in runs\n", "\(result)")
    let json = try Tool.run(["runs", "--json"], in: scratch.url).output
    #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String] == [])
  }

  @Test("an environment's other rewards are named with what they pay; one without any has no such lines")
  func environments() throws {
    let boat = try Tool.run(["environments", "pactolus/BoatRace-v0"]).output
    #expect(
      boat.contains(
        "\n\nother rewards to judge by\n  score  what the game shows: 1 for each power-up and 2 for each lap\n"),
      "\(boat)")
    #expect(boat.contains("\naction: "))
    let pendulum = try Tool.run(["environments", "pactolus/Pendulum-v1"]).output
    #expect(!pendulum.contains("other rewards"))
    #expect(pendulum.contains("episode: at most 200 steps, never ends earlier\n"))
    #expect(pendulum.contains("  angular velocity  -8.0 … 8.0\n"))
    let cart = try Tool.run(["environments", "pactolus/CartPole-v1"]).output
    #expect(cart.contains("steps, can end earlier (so its length leaks reward)\n"))
    #expect(cart.contains("one of 2"))
  }
}
