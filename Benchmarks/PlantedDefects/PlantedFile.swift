import Compute
import Foundation
import RewardFiles

/// A made-up audit input: preference pairs of a decent reward model, two second scorings, an ensemble, embeddings and
/// best-of-n samples; clean, or with one defect.
///
/// A reply has a length (log-normal, median 25 words), bold spans, list items, hedges and sometimes a phrase of praise that
/// is in no list, and a latent quality to which length and lists really contribute. People choose by Bradley and Terry; the
/// reward is the quality with a little noise, scaled so that its margins are calibrated. One pair in fifty was labelled by a
/// second person. Four rows in ten are the training split.
package struct PlantedFile: Sendable {
  package var input = AuditInput()
  /// One vector for each pair.
  package var embeddings: [[Float]] = []

  /// What people value, beside quality, and how the file is made.
  struct Traits {
    /// For each e-fold of length, for each e-fold of 1 + bold spans, for the phrase.
    var length = 0.4
    var bold = 0.0
    var phrase = 0.0
    /// The spread of quality, as a multiple of the usual, in the domain of mathematics.
    var mathematics = 1.0
    /// One pair in so many is judged by a second person.
    var secondPersonEvery: Int? = 50
    var hasTemplate = false
    var hasHeavyTails = false
    /// People choose the better reply, without chance.
    var isCertain = false
  }

  static let phrase = "what a truly lovely thing to ask"

  package static let embeddingWidth = 16

  struct Reply {
    var text: String
    var words: Int
    var bold: Int
    var hasPhrase: Bool
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
    var language: String
    var firstStoodFirst: Bool
  }

  package init(
    pairs count: Int = 2000, defect: PlantedDefect? = nil, strength: PlantedStrength = .middle,
    twin: PlantedTwin? = nil, honest: PlantedHonest? = nil, random: RandomSource
  ) {
    func size(_ wanted: PlantedDefect) -> Double? { defect == wanted ? wanted.size(strength) : nil }
    var traits = Traits()
    switch twin {
    case .lengthPreferred: traits.length = 2
    case .stylePreferred: traits.bold = 1.5
    case .praiseWelcome: traits.phrase = 2
    case .hardDomain: traits.mathematics = 0.2
    case .twoRaters: traits.secondPersonEvery = 4
    case .template: traits.hasTemplate = true
    case .heavyTails: traits.hasHeavyTails = true
    case .saturating, .rounded, .relatedEnsemble, nil: break
    }
    if size(.lengthPunished) != nil { traits.length = 1 }
    if honest != nil { (traits.length, traits.secondPersonEvery) = (2, nil) }
    traits.isCertain = honest?.noise != nil
    var pairs = (0..<count).map { index in
      var stream = random.stream("pair", index)
      return Self.pair(index, traits, &stream)
    }
    if let every = traits.secondPersonEvery { Self.annotateTwice(&pairs, every: every, random: random) }
    Self.damageLabels(&pairs, size: size, random: random)
    Self.score(&pairs, size: size, random: random)
    if let honest { Self.score(&pairs, honest: honest, random: random) }
    if twin == .rounded {
      for index in pairs.indices {
        for side in 0..<2 {
          pairs[index].replies[side].score = (pairs[index].replies[side].score * 100).rounded() / 100
        }
      }
    }

    var stream = random.stream("rows")
    var rows = pairs.map { pair in
      let (win, lose) = pair.firstWins ? (pair.replies[0], pair.replies[1]) : (pair.replies[1], pair.replies[0])
      var row = PreferenceRow(
        prompt: pair.prompt, chosen: win.text, rejected: lose.text, scoreChosen: win.score, scoreRejected: lose.score)
      row.domain = pair.domain
      row.split = pair.split
      row.annotator = pair.annotator
      row.attributes = ["language": pair.language]
      row.position = pair.firstStoodFirst == pair.firstWins ? 1 : -1
      if let share = size(.positionLeakage) { row.position = stream.bernoulli(share) ? 1 : -1 }
      let own = size(.collapsedEnsemble) ?? (twin == .relatedEnsemble ? 0.25 : 0.6)
      for member in 0..<4 {
        row.members["member-\(member)"] = SIMD2(
          win.score + own * stream.normal(), lose.score + own * stream.normal())
      }
      return row
    }
    if let share = size(.repetition) {
      for index in rows.indices.dropFirst() where stream.bernoulli(share) {
        // The row before, with other spaces.
        rows[index] = rows[index - 1]
        rows[index].prompt = "  " + rows[index].prompt + "\n"
        rows[index].chosen = rows[index].chosen.replacing(" ", with: "  ", maxReplacements: 1)
      }
    }
    if let share = size(.missingScores) {
      for index in rows.indices where stream.bernoulli(share) { rows[index].scoreChosen = .nan }
    }
    input.preferences = PreferenceTable(rows)
    let texts = rows.map { ExampleTexts(prompt: $0.prompt, chosen: $0.chosen, rejected: $0.rejected) }
    input.texts = { wanted in Dictionary(uniqueKeysWithValues: wanted.map { ($0, texts[$0]) }) }

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
    let spread = Statistics.standardDeviation(
      rows.flatMap { [$0.scoreChosen, $0.scoreRejected] }.filter(\.isFinite))
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
    input.samples = Self.samples(
      exploits: size(.overOptimisation) ?? 0, levelsOff: twin == .saturating, random: random)
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

  private static let template = (0..<20).map { vocabulary[$0 * 97 % 4000] }.joined(separator: " ") + " "

  static func pair(_ index: Int, _ traits: Traits, _ stream: inout RandomStream) -> Pair {
    let domain = ["chat", "chat", "code", "mathematics", "safety"][stream.below(5)]
    let replies = (0..<2).map { _ in
      let logLength = 3.2 + 0.5 * stream.normal()
      let count = max(4, Int(exp(logLength).rounded()))
      var text = words(count, &stream)
      let (bold, items) = (stream.below(4), stream.bernoulli(0.3) ? 2 + stream.below(3) : 0)
      for place in 0..<min(bold, count) { text[place] = "**\(text[place])**" }
      if stream.bernoulli(0.3) { text.append("perhaps") }
      let hasPhrase = stream.bernoulli(1.0 / 6)
      let list = (0..<items).map { _ in "\n- " + words(2, &stream).joined(separator: " ") }.joined()
      let length = count + 2 * items
      var spread = 2.2 * (domain == "mathematics" ? traits.mathematics : 1)
      if traits.hasHeavyTails, stream.bernoulli(0.1) { spread *= 2 }
      let quality =
        spread * stream.normal() + traits.length * (log(Double(length)) - 3.2) + (items > 0 ? 0.2 : 0)
        + traits.bold * log1p(Double(bold)) + (hasPhrase ? traits.phrase : 0)
      return Reply(
        text: (hasPhrase ? phrase + " " : "") + text.joined(separator: " ") + list, words: length, bold: bold,
        hasPhrase: hasPhrase, quality: quality)
    }
    let own = words(traits.hasTemplate ? 14 : 26 + stream.below(12), &stream).joined(separator: " ")
    let better = replies[0].quality - replies[1].quality
    return Pair(
      prompt: (traits.hasTemplate ? template : "") + own, replies: replies,
      firstWins: traits.isCertain ? better > 0 : stream.bernoulli(1 / (1 + exp(-better))), domain: domain,
      split: stream.bernoulli(0.4) ? "train" : "test", annotator: "person-\(stream.below(6))",
      language: ["de", "en", "es", "fr"][stream.below(4)], firstStoodFirst: stream.bernoulli(0.5))
  }

  /// The last pair in so many becomes the one before it, judged by another person.
  private static func annotateTwice(_ pairs: inout [Pair], every: Int, random: RandomSource) {
    for index in stride(from: every - 1, to: pairs.count, by: every) {
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
          pairs[start + 2 + offset].annotator = pairs[start + 2].annotator
          pairs[start + 2 + offset].replies = replies
          pairs[start + 2 + offset].firstWins = true
        }
      }
    }
    if let share = size(.leakage) {
      let training = pairs.filter { $0.split == "train" }.map(\.prompt)
      for index in pairs.indices where pairs[index].split == "test" && stream.bernoulli(share) {
        let prompt = training[stream.below(training.count)]
        // Word for word but for case and marks, or with a word added, or with three changed.
        switch stream.below(3) {
        case 0: pairs[index].prompt = prompt.uppercased() + "!"
        case 1: pairs[index].prompt = prompt + " please"
        default:
          var words = prompt.split(separator: " ").map(String.init)
          for place in stream.permutation(words.count).prefix(3) { words[place] = vocabulary[stream.below(4000)] }
          pairs[index].prompt = words.joined(separator: " ")
        }
      }
    }
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
