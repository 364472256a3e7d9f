import Findings
import RewardFiles

/// What `GET /health` answers: what is served, within which limits, and how much waits.
struct RewardHealth: Encodable {
  enum Status: String, Encodable { case ok, failing, stopping }

  /// `failing` if the last batch could not be scored.
  var status: Status
  /// Why it is failing.
  var problem: String?
  var head: Head
  var outOfDistribution: RewardHead.FalseAlarms
  var limits: Limits
  var queue: Queue
  var answered: RewardDesk.Counts
  var needsToken: Bool

  struct Head: Encodable {
    var file: String
    /// "linear", or the widths of hidden layers.
    var shape: String
    var members: Int
    /// "hash" or "minilm".
    var embedding: String
    var width: Int
    var temperature: Double
    /// What the fit said: pairs, accuracy, verdict.
    var fitted: RewardHead.Summary?
  }

  struct Limits: Encodable {
    var bodyBytes = RewardServer.largestBody
    var texts: Int
    var textBytes: Int
    var connections: Int
    var waitingBytes = RewardServer.waitingBytes
    var waitingSeconds = RewardServer.patience
  }

  struct Queue: Encodable {
    /// Requests that are read and not answered, and their texts that are not scored.
    var requests: Int
    var texts: Int
    /// Bytes of bodies in memory, and requests that wait for room there.
    var bytes: Int
    var waitingForRoom: Int
  }

  init(
    _ service: RewardService, name: String, needsToken: Bool, isStopping: Bool, connections: Int,
    now: (requests: Int, texts: Int, counts: RewardDesk.Counts, failure: String?), bytes: Int, waitingForRoom: Int
  ) {
    let head = service.head
    status = isStopping ? .stopping : now.failure == nil ? .ok : .failing
    problem = now.failure
    let hidden = head.model.network.shape.hidden
    self.head = Head(
      file: name, shape: hidden.isEmpty ? "linear" : hidden.map(String.init).joined(separator: "×"),
      members: head.model.members, embedding: head.source.word, width: head.width, temperature: head.temperature,
      fitted: head.summary)
    outOfDistribution = head.falseAlarms(at: service.alarm)
    limits = Limits(texts: service.largestBatch, textBytes: service.longestText, connections: connections)
    queue = Queue(requests: now.requests, texts: now.texts, bytes: bytes, waitingForRoom: waitingForRoom)
    answered = now.counts
    self.needsToken = needsToken
  }
}
