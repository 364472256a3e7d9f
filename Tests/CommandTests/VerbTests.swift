import Command
import Compute
import Foundation
import Reproductions
import Testing

/// What the command says of itself, and how it finds its verbs.
@Suite("Verbs")
struct VerbTests {
  @Test("the help names every verb under its group, those of the other program too")
  func help() throws {
    let help = try Tool.run(["--help"]).output
    for (group, verbs) in Parts.standard.verbs {
      #expect(help.contains(group.title.uppercased() + " SUBCOMMANDS:"), "\(group.title) in: \(help)")
      for verb in verbs {
        let name = try #require(verb.configuration.commandName)
        #expect(help.contains("\n  \(name) "), "\(name)")
        #expect(verb.configuration.abstract.hasSuffix("."), "\(name)")
      }
    }
    // The help wraps its lines.
    #expect(help.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains("(starts pactolus-workbench)"))
  }

  @Test("every verb has a help of its own that says how it is called")
  func ownHelp() throws {
    for verb in Parts.standard.verbs.flatMap({ $0.verbs }) where !(verb is any VerbElsewhere.Type) {
      let name = try #require(verb.configuration.commandName)
      let help = try Tool.run([name, "--help"])
      #expect(help.code == 0 && help.output.contains("USAGE: pactolus \(name)"), "\(name): \(help.output)")
    }
  }

  @Test("every kind of feedback shows its question, those about what else could have been done too")
  func kinds() throws {
    for kind in Parts.standard.kinds.kinds {
      let result = try Tool.run(["kinds", kind.name, "--environment", "pactolus/Delivery-v0"])
      #expect(result.code == 0 && result.output.contains("\nreply: "), "\(kind.name): \(result.complaint)")
    }
  }

  @Test("a misspelt verb is refused with near misses, those of the other program among them")
  func nearMisses() throws {
    for (typed, meant) in [("lern", "learn"), ("serv", "serve"), ("workbenc", "workbench"), ("hackabel", "hackable")] {
      let result = try Tool.run([typed])
      #expect(result.code == 64 && result.complaint.contains(meant), "\(result.complaint)")
    }
  }

  @Test(
    "a verb of the other program, and asking me, goes to it by the entry script, with all that was typed",
    arguments: [
      (["workbench", "--port", "0"], "workbench --port 0"),
      (["serve", "head", "--ppo.x", "1"], "serve head --ppo.x 1"),
      (["help", "serve"], "serve --help"),
      (["learn", "pactolus/Pendulum-v1", "--ask", "me", "--seed", "3"], "workbench pactolus/Pendulum-v1 --seed 3"),
      (["learn", "--ask=me", "pactolus/Pendulum-v1"], "workbench pactolus/Pendulum-v1"),
    ])
  func elsewhere(typed: [String], arrives: String) throws {
    // In the script's place, something that repeats what it is given.
    let scratch = try Scratch()
    let script = scratch.path + "/entry"
    try Data("#!/bin/sh\necho \"$PACTOLUS_PRODUCT/$*\"\n".utf8).write(to: URL(fileURLWithPath: script))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
    let result = try Tool.run(typed, with: ["PACTOLUS_SCRIPT": script])
    #expect(result.code == 0 && result.output == "pactolus-workbench/\(arrives)\n", "\(result)")
  }

  @Test("without the other program the user is told how to get it")
  func missing() throws {
    let result = try Tool.run(["workbench"], with: ["PACTOLUS_SCRIPT": "/nowhere/pactolus"])
    #expect(result.code == 2 && result.complaint.contains("./pactolus"), "\(result.complaint)")
    #expect(try Tool.run(["learn", "pactolus/Pendulum-v1", "--ask", "you"]).complaint.contains("me"))
  }

  @Test("a verb of a known name takes the old one's place; another goes to the end of its group")
  func adding() {
    var parts = Parts.standard
    let before = parts.verbs.map { $0.verbs.map { $0.configuration.commandName } }
    parts.add(WorkbenchElsewhere.self, to: .files)
    #expect(parts.verbs.map { $0.verbs.map { $0.configuration.commandName } } == before)
  }

  @Test("reproductions are told apart by name, and the command lists those that there are")
  func reproductions() throws {
    struct Listed: Decodable { var name, summary, source, duration: String }
    let listed = try JSONDecoder().decode([Listed].self, from: Data(Tool.run(["reproduce", "--json"]).output.utf8))
    #expect(listed.map(\.name) == Reproduction.all.map(\.name))
    #expect(Set(listed.map(\.name)).count == listed.count)
    #expect(listed.allSatisfy { !$0.summary.isEmpty && !$0.source.isEmpty && !$0.duration.isEmpty })
    let unknown = try Tool.run(["reproduce", "strac"])
    #expect(unknown.code == 2 && unknown.complaint.contains("starc"))
  }

  @Test(
    "those that take a moment agree with their references",
    arguments: Reproduction.all.filter { $0.duration == "a moment" }.map(\.name))
  func quickReproductions(name: String) throws {
    let result = try Reproduction.named(name).run(RandomSource(seed: 0))
    #expect(!result.numbers.isEmpty)
    for number in result.numbers {
      #expect(number.agrees != false, "\(number.name): \(number.ours) beside \(number.reference ?? .nan)")
    }
  }
}
