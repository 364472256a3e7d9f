import ArgumentParser
import Command
import Compute
import Environments
import Feedback
import Foundation
import Runs
import Workbench
import WorkbenchServer

/// `pactolus workbench`: a person, a browser, and a reward that follows what they mean.
struct WorkbenchVerb: AsyncParsableCommand, VerbWithSettings {
  static let configuration = CommandConfiguration(
    commandName: "workbench",
    abstract: "Teach an agent live, or judge pairs of texts and verifier verdicts, in the browser.",
    discussion: """
      With an environment: starts a run whose questions you answer ('pactolus learn ENV --ask me' does the same). With a
      run's directory: goes on with it, or shows it if it has finished. With neither: opens what people answered last, of
      the runs in runs/ and the texts in judging/. Ctrl-C stops cleanly; every answer that was acknowledged is on disk.

      With a file of pairs or rollouts: people judge its texts, blind; the answers are kept in judging/NAME, which goes on
      where it was left.

        pactolus workbench pactolus/Pendulum-v1
        pactolus workbench runs/Pendulum-v1-1
        pactolus workbench pactolus/CartPole-v1 --feedback.kinds comparison,rating,correction
        pactolus workbench pairs.jsonl
        pactolus workbench judging/pairs
        pactolus export judging/pairs --as trl --out preferences.jsonl

      The page is served to this computer alone, unless told otherwise; see Documentation/workbench.md.
      """)

  @Argument(
    help: ArgumentHelp("An environment, a run's directory, or a file of texts to judge.", valueName: "run, env or file")
  )
  var subject: String?

  @Option(help: "The page's port; 0 for the one that the run had when it was last started, or any that is free.")
  var port = 0

  @Flag(help: "Do not open the page in a browser.")
  var noOpen = false

  @Option(help: "The address to serve at; beyond this computer only with TLS, or behind a proxy that has it.")
  var host = "127.0.0.1"

  @Option(help: ArgumentHelp("A certificate chain in PEM.", valueName: "file"))
  var tlsCertificate: String?

  @Option(help: ArgumentHelp("Its key in PEM.", valueName: "file"))
  var tlsKey: String?

  @Flag(help: "A reverse proxy with TLS stands in front.")
  var behindProxy = false

  @Option(help: ArgumentHelp("The name under which your answers are stored.", valueName: "name"))
  var name = "owner"

  @Option(
    help: ArgumentHelp("What to tell those who judge, in a subset of Markdown; kept with the run.", valueName: "file"))
  var instructions: String?

  @Option(help: ArgumentHelp("The directory of a new run, or of texts to judge.", valueName: "dir"))
  var out: String?

  @Option(help: "The seed of a new run, or of the draws in judging.")
  var seed: Int?

  @OptionGroup(title: "Judging texts") var judging: JudgingArguments

  @OptionGroup var flags: SettingFlags
  @OptionGroup var threads: ThreadOption

  func run() async throws {
    var serving = ServingSettings()
    (serving.host, serving.port, serving.behindProxy) = (host, port, behindProxy)
    (serving.certificate, serving.key) = (tlsCertificate, tlsKey)
    try serving.validate()
    threads.apply()
    let words = try instructions.map { try Instructions.read($0) }
    let opened = try open()
    if let words { try opened.project.instruct(words) }
    let project = opened.project
    let remembered = try RememberedPort(port, for: project, at: host)
    serving.port = remembered.port
    let server = try WorkbenchServer(opened.project, serving)
    let link = try opened.project.ownerLink(named: name)
    let interruption = Interruption()
    let stop = interruption.flag
    let scheme = tlsCertificate == nil ? "http" : "https"
    let announcement = Announcement(
      address: { "\(scheme)://\(host == "::1" ? "[::1]" : host):\($0)\(link)" }, opens: !noOpen)

    let conclusion = RunThread.start(opened, stop: stop)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await server.run { port in
          // A page that is served is more than a port that is remembered.
          do { try project.remember(port: port) } catch { Screen.complain("\(error)") }
          if let remark = remembered.remark { Screen.write(remark + "\n", to: STDERR_FILENO) }
          announcement.say(port)
          if opened.isUnderWay, project.isPaused {
            Screen.write("The agent is paused, as it was; the page has a button to let it go on.\n", to: STDERR_FILENO)
          }
        }
      }
      group.addTask {
        while !stop.isRaised { try await Task.sleep(for: .milliseconds(50)) }
        throw CancellationError()
      }
      do { try await group.next() } catch is CancellationError {}
      stop.raise()
      group.cancelAll()
    }
    try withExtendedLifetime(interruption) { try conclusion.wait() }
  }

  /// The run and its people.
  private func open() throws -> OpenedRun {
    let registry = Parts.current.environments
    if let subject, (try? registry.entry(subject)) != nil { return try start(subject, registry) }
    if let file = try judging.file(subject) { return try judge(file) }
    let directory = try subject ?? newest()
    guard FileManager.default.fileExists(atPath: directory) else {
      // Neither an environment nor a directory: the registry knows near misses.
      _ = try registry.entry(directory)
      throw InputError("no run here", at: directory)
    }
    guard seed == nil, out == nil, flags.isEmpty, judging.isEmpty else {
      throw InputError(
        JudgingDirectory.isThere(directory)
          ? "judged texts have their settings already" : "a run has its settings already", at: directory,
        remedy: "leave --seed, --out and settings out")
    }
    return try JudgingDirectory.isThere(directory)
      ? OpenedRun(judging: directory) : OpenedRun(resuming: directory, registry)
  }

  /// The texts of a file and their people.
  private func judge(_ file: URL) throws -> OpenedRun {
    guard flags.isEmpty else { throw InputError("texts have no settings of a run", remedy: "leave them out") }
    return try judging.open(file, out: out, seed: seed)
  }

  private func start(_ environment: String, _ registry: EnvironmentRegistry) throws -> OpenedRun {
    let settings = try flags.resolved(environment: environment, seed: seed, and: ["person.answering": "live"])
    // A program that embeds a run may tell states by their numbers; somebody at a page cannot.
    if try settings.settings.feedback.kindNames(among: Parts.current.kinds).contains(WorldState.name) {
      throw InputError(
        "'\(WorldState.name)' cannot be asked on a page: its states have numbers alone, and people nothing to tell them "
          + "apart by", at: "feedback.kinds", remedy: "leave it out; 'pactolus kinds' lists the others")
    }
    return try RunDirectory.with(out, for: environment) { try OpenedRun(creating: $0, settings, registry) }
  }

  /// What was answered last, where nothing is named.
  private func newest() throws -> String {
    let found = try OpenableProjects()
    let newest = try found.newest()
    if let remark = found.remark { Screen.write(remark, to: STDERR_FILENO) }
    return newest
  }
}

/// Prints where the page is, and opens it.
struct Announcement: Sendable {
  var address: @Sendable (Int) -> String
  var opens: Bool

  @Sendable func say(_ port: Int) {
    let address = address(port)
    Screen.write("The workbench is at  \(address)\n(the link signs you in, once; Ctrl-C stops)\n", to: STDERR_FILENO)
    guard opens else { return }
    let browser = Process()
    browser.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    browser.arguments = ["xdg-open", address]
    (browser.standardOutput, browser.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    // Without a desktop there is nothing to open it with, and the line above has its address.
    try? browser.run()
  }
}
