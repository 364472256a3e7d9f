import Compute
import RewardFiles
import Testing

/// Rollouts that look like a fault and are none, each beside the fault itself.
@Suite("Checks of rollouts: what only looks like a fault")
struct RolloutTwinTests {
  typealias Checks = RolloutCheckTests

  /// Groups of four: seven of ten are all wrong, one has two right completions, two have one.
  private static func advantages(_ value: (_ reward: Double, _ mean: Double, _ step: Int) -> Double) -> [MadeRollout] {
    let right = [0, 0, 0, 0, 0, 0, 0, 2, 1, 1]
    return Checks.rows(200) { row, prompt, member in
      row.step = Int32(prompt / 20)
      row.total = member < right[prompt % 10] ? 1 : 0
      row.advantage = value(row.total, Double(right[prompt % 10]) / 4, prompt / 20)
    }
  }

  @Test(
    "a trainer without a baseline of the group mixes no groups; one of its own formula neither; strangers are found out"
  )
  func baselines() {
    let twins = [
      Self.advantages { reward, _, _ in reward },
      Self.advantages { reward, _, _ in reward - 0.5 },
      Self.advantages { reward, _, step in reward - Double(step) / 10 },
      Self.advantages { reward, mean, _ in 3 * (reward - mean) },
    ]
    for rows in twins { #expect(Checks.verdict(.advantages, rows) == "unknown") }
    // In groups of two, half of which have one right completion, the mean is 0.5 in half of the groups.
    let pairs = (0..<800).map { index in
      var row = MadeRollout(prompt: index / 2, completion: "\(index)")
      row.total = index % 4 == 0 ? 1 : 0
      row.advantage = row.total - 0.5
      return row
    }
    #expect(Checks.verdict(.advantages, pairs) == "unknown")
    let own = Self.advantages { reward, mean, _ in reward - mean }
    #expect(Checks.verdict(.advantages, own) == "holds")
    let strangers = own.indices.map { index in
      var row = own[index]
      row.advantage = own[(index * 37 + 11) % own.count].advantage
      return row
    }
    #expect(Checks.verdict(.advantages, strangers) == "fails")
  }

  @Test("labelled rows without a reward change nothing in the search for shortcuts")
  func labelsWithoutReward() {
    var stream = RandomSource(seed: 8).stream("verdicts")
    for prompts in [300, 15] {
      let scored = Checks.rows(prompts) { row, prompt, member in
        let isLong = (prompt + member) % 2 == 0
        row.completion = "Task \(prompt) \(member)" + String(repeating: " and so on", count: isLong ? 20 : 5)
        if member > 0 { row.total = stream.bernoulli(0.45) ? 1 : 0 }
        row.gold = member == 0 ? 1 : 0
      }
      let unscored = scored.map { row in
        var row = row
        row.completion += String(repeating: " and so on", count: 40)
        (row.total, row.gold) = (.nan, 0)
        return row
      }
      let (with, without) = (
        RolloutTable(scored + unscored).result(.shortcuts), RolloutTable(scored).result(.shortcuts)
      )
      #expect(!without.outcome.tests.isEmpty && with.outcome.tests == without.outcome.tests)
      #expect(with.outcome.evidence == without.outcome.evidence)
    }
  }

  @Test(
    "whole words name the part of a reward that is the verdict on the answer",
    arguments: [
      "answer", "correct_answer", "correct_answer_reward_func", "exact_match", "exactMatch", "CorrectnessReward",
      "EMAccuracy", "rewards/accuracy_reward", "math.solved", "answer-score", "task success",
    ])
  func verdictNames(name: String) { #expect(AnswerPartName.isVerdict(name)) }

  @Test(
    "a name that says the reverse, or speaks of form, length or presence, is no verdict",
    arguments: [
      "incorrect", "inaccuracy", "unsolved", "unanswered", "in-correct", "un_solved", "notCorrect", "wrong_answer",
      "answer_format", "answerFormatReward", "answer_length", "answer_tag", "has_answer", "hasAnswer", "match", "style",
      "",
    ])
  func otherNames(name: String) { #expect(!AnswerPartName.isVerdict(name)) }

  @Test("form, presence and the reverse are not taken for the verdict; of two verdicts none is")
  func answerPart() {
    func rows(rejected: Int, _ parts: [String: Double]) -> [MadeRollout] {
      (0..<30).map { index in
        var row = MadeRollout(
          prompt: index, promptText: "Task \(index). Answer in \\boxed{}.", completion: "It is \\boxed{\(index + 10)}.",
          total: index < rejected ? 0 : 1, answer: "\(index + 10)")
        row.components = parts
        return row
      }
    }
    // Every answer is the reference, and half of the totals are 0.
    for parts in [["answer_format": 1.0], ["has_answer": 1], ["correct": 1, "accuracy": 1]] {
      #expect(Checks.verdict(.equivalents, rows(rejected: 15, parts)) == "fails")
    }
    #expect(Checks.verdict(.equivalents, rows(rejected: 15, ["correct": 1, "style": 0])) != "fails")
    // Nothing is incorrect, nor too long.
    for name in ["incorrect", "answer_length"] {
      #expect(Checks.verdict(.equivalents, rows(rejected: 0, [name: 0])) != "fails")
    }
  }
}
