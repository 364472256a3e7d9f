import Audits
import Compute
import Foundation

/// A file of pairs as a good reward model's would be, or with one thing wrong.
///
/// Replies have a latent quality, a length and a style; people choose by Bradley and Terry, with a small liking for length
/// that the model shares; the model sees the quality with a small error. Everything that an audit can look at is there:
/// domains, splits, positions, annotators, an ensemble, a second and a perturbed scoring, samples, embeddings.
struct PlantedFile {
  static let pairs = 2000
  static let width = 16
  let random: RandomSource
  let defect: Defect?
  let strength: Double

  init(seed: UInt64, _ defect: Defect? = nil, strength: Double = 0) {
    random = RandomSource(seed: seed).child("planted")
    (self.defect, self.strength) = (defect, strength)
  }

  private func amount(_ wanted: Defect) -> Double? { defect == wanted ? strength : nil }

  private static let words = """
    river gold king touch wash water field stone bread table garden winter summer letter music paper window bridge market \
    forest harbour journey answer question reason measure balance promise silver copper mountain valley morning evening
    """.split(separator: " ").map(String.init)

  private struct Reply {
    var text: String
    var quality: Double
    var words: Int
    var marks: Int
  }

  private func reply(_ stream: inout RandomStream) -> Reply {
    let count = max(5, Int(exp(3.4 + 0.5 * stream.normal())))
    var text = (0..<count).map { _ in Self.words[stream.below(Self.words.count)] }
    let marks = stream.bernoulli(0.4) ? 1 + stream.below(3) : 0
    for _ in 0..<marks { text[stream.below(count)] += "!" }
    return Reply(text: text.joined(separator: " "), quality: 2.6 * stream.normal(), words: count, marks: marks)
  }

  private static let domains = ["chat", "code", "mathematics", "safety"]

  /// What the audit gets; embeddings are written to this file.
  func input(embeddings file: URL) throws -> (input: AuditInput, perturbed: [SecondScoring]) {
    var rows: [PreferenceRow] = []
    for index in 0..<Self.pairs {
      var stream = random.stream("row", index)
      rows.append(row(index, &stream))
    }
    plantAcrossRows(&rows)
    var input = AuditInput()
    let table = PreferenceTable(rows)
    input.preferences = table
    let margins = rows.map { $0.scoreChosen - $0.scoreRejected }
    let spread = (margins.reduce(0) { $0 + $1 * $1 } / Double(margins.count)).squareRoot()
    let noise = (amount(.notInvariant) ?? 1e-4) * spread
    input.secondScorings = [scoring("other batch", rows, noise: noise, shift: 0)]
    input.samples = samples()
    try writeEmbeddings(file, rows)
    input.embeddings = try EmbeddingSource(file, rows: table.fileRowCount)
    let fall = (amount(.perturbation) ?? 0) * spread
    return (input, [scoring("typing errors", rows, noise: 0.03 * spread, shift: -fall)])
  }

  private func row(_ index: Int, _ stream: inout RandomStream) -> PreferenceRow {
    var replies = [reply(&stream), reply(&stream)]
    let domain = Self.domains[stream.below(4)]
    // First in place 0, as shown.
    func worth(_ one: Reply) -> Double { one.quality + 0.1 * log(Double(one.words)) }
    let p = 1 / (1 + exp(worth(replies[1]) - worth(replies[0])))
    var firstWins = stream.bernoulli(p)
    if let share = amount(.positionLeakage) {
      // Whoever would choose the second takes the first that often instead.
      if !firstWins, stream.bernoulli(2 * share - 1) { firstWins = true }
    }
    var scores = replies.map { one in
      var score = worth(one) + 0.15 * stream.normal()
      if let credit = amount(.lengthBias) { score += credit * log(Double(one.words)) }
      if let credit = amount(.styleBias) { score += credit * Double(one.marks) }
      return score
    }
    if let factor = amount(.overconfidence) { scores = scores.map { factor * $0 } }
    if let share = amount(.signFlip), domain == "code", stream.bernoulli(share) { scores.swapAt(0, 1) }
    if let share = amount(.padding) { scores = scores.map { stream.bernoulli(share) ? -0.5 : $0 } }
    if let share = amount(.tails) { scores = scores.map { stream.bernoulli(share) ? 60 * ($0 < 0 ? -1 : 1) + $0 : $0 } }
    if let step = amount(.quantised) { scores = scores.map { ($0 / step).rounded() * step } }
    if let share = amount(.labelNoise), stream.bernoulli(share) { firstWins.toggle() }
    let win = firstWins ? 0 : 1
    let prompt = "Question \(index): " + (0..<9).map { _ in Self.words[stream.below(Self.words.count)] }.joined(separator: " ")
    var row = PreferenceRow(
      prompt: prompt, chosen: replies[win].text, rejected: replies[1 - win].text, scoreChosen: scores[win],
      scoreRejected: scores[1 - win])
    row.position = firstWins ? 1 : -1
    row.domain = domain
    row.split = index.isMultiple(of: 2) ? "train" : "test"
    row.annotator = "person \(stream.below(5))"
    row.attributes = ["language": ["en", "de", "fr"][stream.below(3)]]
    let memberNoise = amount(.collapsedEnsemble) ?? 0.4
    for member in 0..<4 {
      row.members["member_\(member)"] = SIMD2(
        scores[win] + memberNoise * stream.normal(), scores[1 - win] + memberNoise * stream.normal())
    }
    replies = []
    return row
  }

  private func plantAcrossRows(_ rows: inout [PreferenceRow]) {
    var stream = random.stream("across", 0)
    if let share = amount(.leakage) {
      for index in rows.indices where rows[index].split == "test" && stream.bernoulli(share) {
        rows[index].prompt = rows[2 * stream.below(Self.pairs / 2)].prompt
      }
    }
    if let share = amount(.contradictions) {
      // Pairs of rows, so half as many are drawn.
      for index in stride(from: 0, to: rows.count - 2, by: 4) where stream.bernoulli(2 * share) {
        rows[index + 2].prompt = rows[index].prompt
        rows[index + 2].chosen = rows[index].rejected
        rows[index + 2].rejected = rows[index].chosen
        rows[index + 2].scoreChosen = rows[index].scoreRejected
        rows[index + 2].scoreRejected = rows[index].scoreChosen
        rows[index + 2].members = rows[index].members.mapValues { SIMD2($0.y, $0.x) }
      }
    }
  }

  private func scoring(_ name: String, _ rows: [PreferenceRow], noise: Double, shift: Double) -> SecondScoring {
    var stream = random.stream("scoring/" + name, 0)
    return SecondScoring(
      name: name, scoreChosen: rows.map { $0.scoreChosen + shift + noise * stream.normal() },
      scoreRejected: rows.map { $0.scoreRejected + shift + noise * stream.normal() })
  }

  /// 250 prompts of 16 samples; where the proxy is over-optimised gold falls with the square of a high proxy.
  private func samples() -> SampleTable {
    var stream = random.stream("samples", 0)
    var table = SampleTable()
    table.places.files = [URL(fileURLWithPath: "samples")]
    let (prompts, each) = (250, 16)
    table.promptCount = prompts
    for prompt in 0..<prompts {
      for sample in 0..<each {
        let number = prompt * each + sample
        table.places.file.append(0)
        table.places.line.append(UInt32(number + 1))
        table.places.ordinal.append(UInt32(number))
        table.places.start.append(0)
        table.places.size.append(0)
        table.prompt.append(Int32(prompt))
        let proxy = stream.normal()
        var gold = 0.8 * proxy + 0.6 * stream.normal()
        if let weight = amount(.overOptimised), proxy > 0 { gold -= weight * proxy * proxy }
        table.proxy.append(proxy)
        table.gold.append(gold)
        table.characters.append(100)
      }
    }
    return table
  }

  private func writeEmbeddings(_ file: URL, _ rows: [PreferenceRow]) throws {
    var stream = random.stream("embeddings", 0)
    let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows.count), 2, \(Self.width)), }"
    let size = ((10 + dictionary.utf8.count + 1 + 63) / 64) * 64 - 10
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(size & 255), UInt8(size >> 8)])
    data.append(Data(dictionary.utf8))
    data.append(Data(repeating: 0x20, count: size - dictionary.utf8.count - 1))
    data.append(0x0A)
    let moved = amount(.drift) ?? 0
    var values: [Float] = []
    values.reserveCapacity(rows.count * 2 * Self.width)
    for row in rows {
      for _ in 0..<2 {
        for column in 0..<Self.width {
          let shift = row.split == "test" && column < Self.width / 2 ? moved : 0
          values.append(Float(stream.normal() + shift))
        }
      }
    }
    values.withUnsafeBytes { data.append(contentsOf: $0) }
    try data.write(to: file)
  }
}
