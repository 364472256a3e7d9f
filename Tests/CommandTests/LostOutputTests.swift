import Foundation
import Testing

@Suite("Results that cannot be written are an error")
struct LostOutputTests {
  /// The command with its standard output in this file.
  private func run(_ arguments: String, into file: String) throws -> (code: Int32, complaint: String) {
    let process = Process()
    let complaint = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exec '\(Tool.binary.path)' \(arguments) > \(file)"]
    process.standardError = complaint
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let said = complaint.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: said, as: UTF8.self))
  }

  @Test(
    "on a full disk: every verb that prints without input",
    arguments: [
      "kinds", "kinds --json", "environments --json", "settings", "settings --json", "worlds",
      "worlds two-state --json",
      "reproduce --json", "audit explain", "--help", "learn --help", "--version", "runs --json",
      "learn pactolus/Pendulum-v1 --print-settings", "compare two-state leave-0 leave-0 --json",
      "hackable two-state leave-0 leave-0",
    ])
  func full(arguments: String) throws {
    let lost = try run(arguments, into: "/dev/full")
    #expect(lost.code == 2 && lost.complaint.contains("the results could not be written"), "\(lost)")
    #expect(try run(arguments, into: "/dev/null").code == 0)
  }

  @Test("a run goes on to its end, and then says that nobody was told")
  func run() throws {
    let scratch = try Scratch()
    let lost = try run(
      "learn pactolus/Pendulum-v1 --json --out \(scratch.path)/run " + KillTests.small.joined(separator: " "),
      into: "/dev/full")
    #expect(lost.code == 2 && lost.complaint.contains("standard output"), "\(lost)")
    let listed = try Tool.run(["runs", scratch.path])
    #expect(listed.output.contains("finished"), "\(listed.output)")
    let exported = try Tool.run(["export", scratch.path + "/run", "--as", "jsonl", "--out", "/dev/full"])
    #expect(exported.code == 2 && exported.complaint.contains("/dev/full: writing failed"), "\(exported)")
    let poured = try Tool.run(["export", scratch.path + "/run", "--as", "jsonl", "--out", "/dev/stdout"])
    #expect(poured.code == 0 && poured.output.hasPrefix("{"), "\(poured.complaint)")
    let report = try Tool.run(["report", scratch.path + "/run", "--out", "/dev/full"])
    #expect(report.code == 2 && report.complaint.contains("/dev/full"), "\(report)")
    // The device is still there, and no file in its place.
    var status = stat()
    #expect(stat("/dev/full", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test("several runs that start at once without a name each get a directory of their own")
  func names() throws {
    let scratch = try Scratch()
    let processes = try (0..<4).map { seed in
      let process = Process()
      process.executableURL = Tool.binary
      process.arguments = ["learn", "pactolus/Pendulum-v1", "--seed", "\(seed)"] + KillTests.small
      process.currentDirectoryURL = scratch.url
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      return process
    }
    for process in processes {
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/runs").sorted()
    #expect(names == (1...4).map { "Pendulum-v1-\($0)" })
  }

  @Test("a run that is refused leaves no empty directory behind")
  func refusedName() throws {
    let scratch = try Scratch()
    let refused = try Tool.run(
      ["learn", "pactolus/Pendulum-v1", "--feedback.kinds", "state-of-the-world"], in: scratch.url)
    #expect(refused.code == 2 && refused.complaint.contains("cannot be asked"), "\(refused)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/runs").isEmpty)
  }

  @Test("a verb that takes no settings refuses one by the name that was typed, and says who takes them")
  func settings() throws {
    for typed in [["--ppo.epochs", "3"], ["--ppo.epochs=3"]] {
      let resumed = try Tool.run(["resume", "somewhere"] + typed)
      #expect(resumed.code == 64 && resumed.complaint.contains("--ppo.epochs: a run keeps the settings"), "\(resumed)")
      let evaluated = try Tool.run(["evaluate", "somewhere"] + typed)
      #expect(evaluated.code == 64 && evaluated.complaint.contains("--ppo.epochs: 'evaluate' takes no settings"))
      #expect(evaluated.complaint.contains("learn, workbench, imitate, settings"), "\(evaluated)")
    }
    let set = try Tool.run(["report", "somewhere", "--set", "ppo.epochs=3"])
    #expect(set.code == 64 && set.complaint.contains("--set: 'report' takes no settings"))
    let unknown = try Tool.run(["evaluate", "somewhere", "--no.such", "3"])
    #expect(unknown.code == 64 && unknown.complaint.contains("'--no.such'"), "\(unknown)")
  }

  @Test("an agent that imitates takes the steps that were asked for, up to a whole rollout, and says how many")
  func steps() throws {
    for method in ["gail", "drex"] {
      let result = try Tool.run(
        [
          "imitate", "pactolus/Pendulum-v1", "--method", method, "--expert", "--ppo.stepsPerRollout", "64",
          "--ppo.environments", "4", "--expert-steps", "512", "--steps", "300", "--episodes", "4",
        ])
      #expect(result.code == 0, "\(result.complaint)")
      #expect(result.output.contains("\(method) after 512 steps (300 asked for, rounded up to whole rollouts)"))
    }
  }
}
