import Compute
import Foundation
import RewardFiles

extension PlantedFile {
  static func score(_ pairs: inout [Pair], size: (PlantedDefect) -> Double?, random: RandomSource) {
    var stream = random.stream("scores")
    // The share of a score's variance that is quality: makes noisy margins calibrated.
    let scale = 4.89 / 4.98
    var known: [String: Double] = [:]
    for index in pairs.indices {
      let turned =
        size(.signFlip).map { pairs[index].domain == "safety" && stream.bernoulli($0) }
        ?? size(.weakGroup).map { pairs[index].language == "fr" && stream.bernoulli($0) } ?? false
      let guesses = size(.memorised).map { pairs[index].split == "test" && stream.bernoulli($0) } ?? false
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
        if let credit = size(.lengthPunished) { score -= (1 + credit) * (log(Double(reply.words)) - 3.2) }
        if let credit = size(.praiseInOtherWords), reply.hasPhrase { score += credit }
        if guesses { score = scale * 2.2 * stream.normal() }
        if size(.memorised) != nil, pairs[index].split == "train" {
          score = ((side == 0) == pairs[index].firstWins ? 1 : -1) * abs(score) + 0.001
        }
        if let factor = size(.overConfidence) { score *= factor }
        if let grid = size(.quantisation) { score = (score / grid).rounded() * grid }
        if let share = size(.padding), stream.bernoulli(share) { score = -1.234375 }
        if let share = size(.outliers), stream.bernoulli(share) { score += stream.bernoulli(0.5) ? 20 : -20 }
        known[key] = score
        pairs[index].replies[side].score = score
      }
    }
  }

  /// The scores of an honest model that errs.
  static func score(_ pairs: inout [Pair], honest: PlantedHonest, random: RandomSource) {
    var stream = random.stream("honest")
    for index in pairs.indices {
      if let (low, high) = honest.margins {
        // Margins that are calibrated by themselves: wrong as often as they say.
        let margin = stream.uniform(low, high)
        let right = stream.bernoulli(1 / (1 + exp(-margin)))
        let middle = 0.2 * (low + high) * stream.normal()
        let first = (right == pairs[index].firstWins) ? margin / 2 : -margin / 2
        (pairs[index].replies[0].score, pairs[index].replies[1].score) = (middle + first, middle - first)
      } else if let (ratio, scale) = honest.noise {
        // The spread of quality, length's part in it.
        let spread = (2.2 * 2.2 + 4 * 0.25).squareRoot()
        for side in 0..<2 {
          let quality = pairs[index].replies[side].quality
          pairs[index].replies[side].score = scale * (quality + ratio * spread * stream.normal())
        }
      }
    }
  }

  /// Sixty-four samples of each of sixty prompts.
  static func samples(exploits: Double, levelsOff: Bool, random: RandomSource) -> SampleTable {
    var table = SampleTable()
    table.places.files = [URL(fileURLWithPath: "samples")]
    table.promptCount = 60
    for prompt in 0..<60 {
      var stream = random.stream("samples", prompt)
      for _ in 0..<64 {
        var gold = stream.normal()
        var proxy = gold + 0.8 * stream.normal()
        if levelsOff { gold = min(gold, 0.5 + 0.1 * stream.normal()) }
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
}
