/// Requests that wait to be scored, and which of their texts come next.
///
/// Texts are scored in batches. A batch takes a slice of each waiting request in turn, in the order in which they came,
/// until it is full; a request that has texts left goes to the end of the line. So requests of one text are scored
/// together, and a request of thousands is passed by every small one: what a request waits for is its own texts and at
/// most one slice of each of the others for each of its own slices. Each costs its texts' bytes and a fixed part.
/// Round robin over costs, after Shreedhar and Varghese 1996, "Efficient fair queuing using deficit round-robin", with
/// slices that are cut at a text instead of deficits.
package struct RewardQueue: Sendable {
  /// How much is done at a time.
  package struct Limits: Sendable, Hashable {
    /// Texts and cost of one batch; a batch has at least one text.
    package var batchTexts = 64
    package var batchCost = 256 << 10
    /// Texts and cost of one request within a batch while others wait; a slice has at least one text.
    package var sliceTexts = 16
    package var sliceCost = 64 << 10
    /// What a text costs beside its bytes.
    package var textCost = 256

    package init() {}

    /// For vectors that take milliseconds each.
    package static let sentenceModel = {
      var limits = Limits()
      (limits.batchTexts, limits.sliceTexts, limits.batchCost, limits.sliceCost) = (16, 4, .max, .max)
      return limits
    }()
  }

  /// Some texts of one request.
  package struct Slice: Sendable, Hashable {
    package var request: Int
    package var texts: Range<Int>

    package init(request: Int, texts: Range<Int>) { (self.request, self.texts) = (request, texts) }
  }

  private struct Waiting {
    var request: Int
    var costs: [Int]
    var next = 0
  }

  private let limits: Limits
  /// In turn from `head` on; what is before it has been served.
  private var line: [Waiting] = []
  private var head = 0
  /// Texts that wait, of all requests.
  package private(set) var texts = 0

  package init(_ limits: Limits = .init()) { self.limits = limits }

  /// Requests that have texts waiting.
  package var requests: Int { line.count - head }

  /// To the end of the line; a request without texts never waits.
  package mutating func add(_ request: Int, bytes: [Int]) {
    guard !bytes.isEmpty else { return }
    line.append(Waiting(request: request, costs: bytes.map { $0 + limits.textCost }))
    texts += bytes.count
  }

  /// Takes a request out of the line, wherever it is.
  ///
  /// - Complexity: O(requests).
  package mutating func remove(_ request: Int) {
    guard let place = line[head...].firstIndex(where: { $0.request == request }) else { return }
    texts -= line[place].costs.count - line[place].next
    line.remove(at: place)
  }

  /// What is to be scored next; empty if nothing waits. Slices of one request are in order.
  ///
  /// - Complexity: O(texts of the batch), on average.
  package mutating func next() -> [Slice] {
    var batch: [Slice] = []
    var (count, cost) = (0, 0)
    while head < line.count, count < limits.batchTexts, cost < limits.batchCost {
      var waiting = line[head]
      let start = waiting.next
      var sliceCost = 0
      while waiting.next < waiting.costs.count, waiting.next - start < limits.sliceTexts, count < limits.batchTexts,
        sliceCost < limits.sliceCost, cost < limits.batchCost
      {
        sliceCost += waiting.costs[waiting.next]
        cost += waiting.costs[waiting.next]
        waiting.next += 1
        count += 1
      }
      batch.append(Slice(request: waiting.request, texts: start..<waiting.next))
      line[head].costs = []
      head += 1
      if waiting.next < waiting.costs.count { line.append(waiting) }
    }
    if head > 1024 || head == line.count {
      line.removeFirst(head)
      head = 0
    }
    texts -= count
    return batch
  }
}
