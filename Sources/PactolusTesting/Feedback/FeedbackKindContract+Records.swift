import Compute
import Environments
import Feedback
import Files
import Foundation

extension FeedbackKindContract {
  func checkRoundTrip(in world: FeedbackWorld, _ list: inout ViolationList) throws {
    for seed in 0..<20 as Range<UInt64> {
      let (question, answer) = try answered(world, by: person, seed: seed)
      let record = FeedbackRecord(
        number: 3, kind: kind.name, person: "somebody", question: question, answer: answer, skipped: nil)
      let read = try JSON.decode(FeedbackRecord.self, from: JSON.encode(record))
      list.check(read == record, "a record survives the file", "seed \(seed)")
      let choices = try kind.ground(answer, to: question, in: world, person: person)
      list.check(!choices.isEmpty, "an answer means something", "seed \(seed)")
      guard let given = read.answer else { continue }
      list.check(
        try kind.ground(given, to: read.question, in: world, person: person) == choices,
        "an answer's meaning survives the file",
        "seed \(seed)")
      var set = ChoiceSet(try encoding())
      try set.append(choices)
      list.check(
        set.count == choices.count && Set(set.numbers) == [0], "an answer's choices are taken in under one number")
      list.check(!(try kind.show(question, in: world)).prompt.isEmpty, "what is shown has a prompt")
      let again = try answered(world, by: person, seed: seed)
      list.check(again.question == question, "the same stream gives the same question", "seed \(seed)")
      list.check(again.answer == answer, "the same stream gives the same answer", "seed \(seed)")
    }
  }

  func checkDamage(in world: FeedbackWorld, _ list: inout ViolationList) throws {
    var random = RandomSource(seed: 77).stream("hostile")
    var (tried, refused) = (0, 0)
    for seed in 0..<8 as Range<UInt64> {
      let (question, answer) = try answered(world, by: person, seed: seed)
      for _ in 0..<40 {
        var (badQuestion, badAnswer) = (question, answer)
        switch random.below(4) {
        case 0: badAnswer.content = answer.content.damaged(&random)
        case 1: badQuestion.details = question.details.damaged(&random)
        case 2:
          badQuestion.clips = random.bernoulli(0.5) ? Array(question.clips.dropLast()) : question.clips + question.clips
        default: badAnswer.clips = answer.clips.isEmpty ? [RingWorld.clip([0, 1])] : []
        }
        tried += 1
        do {
          let choices = try kind.ground(badAnswer, to: badQuestion, in: world, person: person)
          var set = ChoiceSet(try encoding())
          try set.append(choices)
          _ = try kind.show(badQuestion, in: world)
        } catch let error as InputError {
          list.check(!error.problem.isEmpty, "a refusal names what is wrong")
          refused += 1
        } catch {
          list.check(false, "a changed record is understood or refused with an InputError", "\(error)")
        }
      }
    }
    // A tenth of the changes at least is invalid for every kind: clips that nobody asked for, clips that are missing.
    list.check(10 * refused > tried, "invalid records are refused", "\(refused) of \(tried)")
  }
}

extension JSONValue {
  /// The same with another number, word or length somewhere.
  fileprivate func damaged(_ random: inout RandomStream) -> JSONValue {
    switch self {
    case .number(let number):
      let others: [Double] = [-1, 0, 1, number + 1, -number, 1e9, 0.5, 1e300]
      return .number(others[random.below(others.count)])
    case .string: return random.bernoulli(0.5) ? .string("nonsense") : .null
    case .bool(let flag): return random.bernoulli(0.5) ? .bool(!flag) : .number(2)
    case .null: return .number(7)
    case .array(var values):
      guard !values.isEmpty else { return .array([.number(-3)]) }
      let place = random.below(values.count)
      switch random.below(4) {
      case 0: values.remove(at: place)
      case 1: values.append(values[place])
      case 2: return .string("no array")
      default: values[place] = values[place].damaged(&random)
      }
      return .array(values)
    case .object(var members):
      guard !members.isEmpty else { return .null }
      let key = members.keys.sorted()[random.below(members.count)]
      if random.bernoulli(0.2) {
        members[key] = nil
      } else if let member = members[key] {
        members[key] = member.damaged(&random)
      }
      return .object(members)
    }
  }
}
