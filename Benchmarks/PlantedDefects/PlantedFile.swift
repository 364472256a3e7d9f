import Compute
import Foundation
import RewardFiles

/// A made-up audit input: preference pairs of a decent reward model, two second scorings, an ensemble, embeddings and
/// best-of-n samples; clean, or with one defect.
///
/// A reply has a length (log-normal, median 25 words), bold spans, list items and hedges, and a latent quality to which
/// length and lists really contribute. People choose by Bradley and Terry; the reward is the quality with a little
/// noise, scaled so that its margins are calibrated. One pair in fifty was labelled by a second person.
package struct PlantedFile: Sendable {
  package var input = AuditInput()
  /// One vector for each pair.
  package var embeddings: [[Float]] = []

  package static let embeddingWidth = 16

  struct Reply {
    var text: String
    var words: Int
    var bold: Int
    var quality: Double
    var score = 0.0
  }

  struct Pair {
    var prompt: String
    var replies: [Reply]
    var firstWins: Bool
    var domain: String
    var split: String
    var annotator: String
    var firstStoodFirst: Bool
  }

  package init(
    pairs count: Int = 2000, defect: PlantedDefect? = nil, strength: PlantedStrength = .middle, random: RandomSource
  ) {
    func size(_ wanted: PlantedDefect) -> Double? { defect == wanted ? wanted.size(strength) : nil }
    var pairs = (0..<count).map { index in
      var stream = random.stream("pair", index)
      return Self.pair(index, &stream)
    }
    Self.annotateTwice(&pairs, random: random)
    Self.damageLabels(&pairs, size: size, random: random)
    Self.score(&pairs, size: size, random: random)

    var stream = random.stream("rows")
    let rows = pairs.map { pair in
      let (win, lose) = pair.firstWins ? (pair.replies[0], pair.replies[1]) : (pair.replies[1], pair.replies[0])
      var row = PreferenceRow(
        prompt: pair.prompt, chosen: win.text, rejected: lose.text, scoreChosen: win.score, scoreRejected: lose.score)
      row.domain = pair.domain
      row.split = pair.split
      row.annotator = pair.annotator
      row.position = pair.firstStoodFirst == pair.firstWins ? 1 : -1
      if let share = size(.positionLeakage) { row.position = stream.bernoulli(share) ? 1 : -1 }
      let own = size(.collapsedEnsemble) ?? 0.6
      for member in 0..<4 {
        row.members["member-\(member)"] = SIMD2(
          win.score + own * stream.normal(), lose.score + own * stream.normal())
      }
      return row
    }
    input.preferences = PreferenceTable(rows)

    let moved = size(.nonInvariance) ?? 0
    func again(_ rows: [PreferenceRow], _ change: (PreferenceRow) -> (Double, Double), name: String) -> SecondScoring {
      let changes = rows.map(change)
      return SecondScoring(
        name: name, scoreChosen: zip(rows, changes).map { $0.scoreChosen + $1.0 },
        scoreRejected: zip(rows, changes).map { $0.scoreRejected + $1.1 })
    }
    input.secondScorings = [
      again(
        rows,
        { _ in
          let spread = stream.bernoulli(moved) ? 1 : 0.001
          let change = (spread * stream.normal(), spread * stream.normal())
          // A coarse grid is the same grid in every batch.
          return size(.quantisation) == nil ? change : (0, 0)
        }, name: "batch of one")
    ]
    let spread = Statistics.standardDeviation(rows.flatMap { [$0.scoreChosen, $0.scoreRejected] })
    let change = (size(.perturbation) ?? 0) * spread
    input.perturbedScorings = [
      again(rows, { _ in (change + 0.1 * stream.normal(), change + 0.1 * stream.normal()) }, name: "added filler")
    ]
    let shift = Float(size(.drift) ?? 0)
    embeddings = rows.map { row in
      (0..<Self.embeddingWidth).map { direction in
        Float(stream.normal()) + (row.split == "test" && direction.isMultiple(of: 2) ? shift : 0)
      }
    }
    input.samples = Self.samples(exploits: size(.overOptimisation) ?? 0, random: random)
  }

  static func words(_ count: Int, _ stream: inout RandomStream) -> [String] {
    (0..<count).map { _ in
      let number = stream.below(4000)
      return vocabulary[number]
    }
  }

  /// Four thousand words of three syllables or fewer.
  static let vocabulary: [String] = {
    let syllables = ["ba", "co", "di", "fe", "gu", "ha", "jo", "ki", "le", "mu", "na", "po", "ri", "se", "tu", "vo"]
    return (0..<4000).map { syllables[$0 / 256] + syllables[$0 / 16 % 16] + syllables[$0 % 16] }
  }()

  static func pair(_ index: Int, _ stream: inout RandomStream) -> Pair {
    let replies = (0..<2).map { _ in
      let logLength = 3.2 + 0.5 * stream.normal()
      let count = max(4, Int(exp(logLength).rounded()))
      var text = words(count, &stream)
      let (bold, items) = (stream.below(4), stream.bernoulli(0.3) ? 2 + stream.below(3) : 0)
      for place in 0..<min(bold, count) { text[place] = "**\(text[place])**" }
      if stream.bernoulli(0.3) { text.append("perhaps") }
      let list = (0..<items).map { _ in "\n- " + words(2, &stream).joined(separator: " ") }.joined()
      let length = count + 2 * items
      return Reply(
        text: text.joined(separator: " ") + list, words: length, bold: bold,
        quality: 2.2 * stream.normal() + 0.4 * (log(Double(length)) - 3.2) + (items > 0 ? 0.2 : 0))
    }
    let prompt = words(9 + stream.below(8), &stream).joined(separator: " ")
    let p = 1 / (1 + exp(replies[1].quality - replies[0].quality))
    return Pair(
      prompt: prompt, replies: replies, firstWins: stream.bernoulli(p),
      domain: ["chat", "chat", "code", "mathematics", "safety"][stream.below(5)],
      split: stream.bernoulli(0.6) ? "train" : "test", annotator: "person-\(stream.below(6))",
      firstStoodFirst: stream.bernoulli(0.5))
  }

  /// The last pair in fifty becomes the one before it, judged by another person.
  private static func annotateTwice(_ pairs: inout [Pair], random: RandomSource) {
    for index in stride(from: 49, to: pairs.count, by: 50) {
      var stream = random.stream("second", index)
      var again = pairs[index - 1]
      again.annotator = "person-6"
      again.firstWins = stream.bernoulli(1 / (1 + exp(again.replies[1].quality - again.replies[0].quality)))
      pairs[index] = again
    }
  }

  private static func damageLabels(
    _ pairs: inout [Pair], size: (PlantedDefect) -> Double?, random: RandomSource
  ) {
    var stream = random.stream("labels")
    if let share = size(.labelNoise) {
      for index in pairs.indices where stream.bernoulli(share) { pairs[index].firstWins.toggle() }
    }
    if let share = size(.contradictions) {
      // Groups of six rows: a pair labelled both ways, and a cycle of three.
      for start in stride(from: 0, to: pairs.count - 5, by: 6) where stream.bernoulli(share * 6 / 5) {
        pairs[start + 1] = pairs[start]
        pairs[start + 1].firstWins.toggle()
        let (a, b, c) = (pairs[start + 2].replies[0], pairs[start + 2].replies[1], pairs[start + 3].replies[0])
        for (offset, replies) in [[a, b], [b, c], [c, a]].enumerated() {
          pairs[start + 2 + offset].prompt = pairs[start + 2].prompt
          pairs[start + 2 + offset].split = pairs[start + 2].split
          pairs[start + 2 + offset].replies = replies
          pairs[start + 2 + offset].firstWins = true
        }
      }
    }
    if let share = size(.leakage) {
      let training = pairs.filter { $0.split == "train" }.map(\.prompt)
      for index in pairs.indices where pairs[index].split == "test" && stream.bernoulli(share) {
        let prompt = training[stream.below(training.count)]
        // Word for word but for case and marks, or with a word added.
        pairs[index].prompt = stream.bernoulli(0.5) ? prompt.uppercased() + "!" : prompt + " please"
      }
    }
  }

  private static func score(_ pairs: inout [Pair], size: (PlantedDefect) -> Double?, random: RandomSource) {
    var stream = random.stream("scores")
    // The share of a score's variance that is quality: makes noisy margins calibrated.
    let scale = 4.89 / 4.98
    var known: [String: Double] = [:]
    for index in pairs.indices {
      let turned = size(.signFlip).map { pairs[index].domain == "safety" && stream.bernoulli($0) } ?? false
      for side in 0..<2 {
        let reply = pairs[index].replies[side]
        // The same reply to the same prompt scores the same.
        let key = pairs[index].prompt + "\n" + reply.text
        if let score = known[key] {
          pairs[index].replies[side].score = score
          continue
        }
        var score = scale * (reply.quality + 0.3 * stream.normal())
        if let credit = size(.lengthBias) { score += credit * (log(Double(reply.words)) - 3.2) }
        if let credit = size(.styleBias) { score += credit * log1p(Double(reply.bold)) }
        if turned { score = -score }
        if let factor = size(.overConfidence) { score *= factor }
        if let grid = size(.quantisation) { score = (score / grid).rounded() * grid }
        if let share = size(.padding), stream.bernoulli(share) { score = -1.234375 }
        if let share = size(.outliers), stream.bernoulli(share) { score += stream.bernoulli(0.5) ? 20 : -20 }
        known[key] = score
        pairs[index].replies[side].score = score
      }
    }
  }

  /// Sixty-four samples of each of sixty prompts.
  private static func samples(exploits: Double, random: RandomSource) -> SampleTable {
    var table = SampleTable()
    table.places.files = [URL(fileURLWithPath: "samples")]
    table.promptCount = 60
    for prompt in 0..<60 {
      var stream = random.stream("samples", prompt)
      for _ in 0..<64 {
        var gold = stream.normal()
        var proxy = gold + 0.8 * stream.normal()
        if stream.bernoulli(exploits) {
          gold = -1.5 + 0.5 * gold
          proxy = 4 + stream.normal()
        }
        table.prompt.append(Int32(prompt))
        table.proxy.append(proxy)
        table.gold.append(gold)
        let reference = -40 + 8 * stream.normal()
        table.referenceLogProbability.append(reference)
        table.logProbability.append(reference + 0.5 + stream.normal())
        table.characters.append(0)
        table.places.file.append(0)
        table.places.line.append(UInt32(table.prompt.count))
        table.places.ordinal.append(UInt32(table.prompt.count - 1))
        table.places.start.append(0)
        table.places.size.append(0)
      }
    }
    return table
  }

  /// Audits the file; the embeddings pass through a temporary `.npy`, as a user's would.
  package func audit(random: RandomSource) throws -> FilesAudit {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("planted-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("embeddings.npy")
    try Self.npy(embeddings).write(to: file)
    var input = input
    input.embeddings = try EmbeddingSource(file, rows: embeddings.count)
    return FilesAudit(input, random: random)
  }

  private static func npy(_ rows: [[Float]]) -> Data {
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows.count), \(embeddingWidth)), }"
    let padding = (64 - (10 + text.utf8.count + 1) % 64) % 64
    let header = text + String(repeating: " ", count: padding) + "\n"
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
    data.append(contentsOf: [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)])
    data.append(contentsOf: Array(header.utf8))
    for value in rows.joined() { withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
    return data
  }
}
