import Compute
import Feedback
import Testing

@Suite("A person's drift")
struct ReliabilityDriftTests {
  @Test("the mean run length is that of simulation, under the usual rate and under the unusual one")
  func simulation() {
    var stream = RandomSource(seed: 3).stream("runs")
    for (usual, unusual, wanted) in [(0.1, 0.3, 300.0), (0.2, 0.45, 200), (0.02, 0.2, 500)] {
      let alarm = DriftAlarm(usualErrors: usual, unusualErrors: unusual, answersBetweenFalseAlarms: wanted)
      #expect(alarm.answersBetweenFalseAlarms >= wanted)
      #expect(alarm.meanRunLength(errors: usual) == alarm.answersBetweenFalseAlarms)
      for errors in [usual, unusual] {
        var lengths: [Double] = []
        for _ in 0..<3000 {
          var running = alarm
          while !running.note(wrong: stream.bernoulli(errors)) {}
          lengths.append(Double(running.alarmedAt!))
        }
        let mean = Statistics.mean(lengths)
        // Four standard errors: wrong once in 16,000 times for each of six.
        #expect(abs(mean - alarm.meanRunLength(errors: errors)) < 4 * Statistics.standardError(lengths))
      }
    }
  }

  @Test("where one error is enough, the wait is 1 / p; where two in a row are needed, (1 + p) / p²")
  func byHand() {
    // Usual .4, unusual .6: the ratio is one at a half, so that errors add 1 and right answers take 1 off.
    let one = DriftAlarm(usualErrors: 0.4, unusualErrors: 0.6, answersBetweenFalseAlarms: 1)
    #expect(one.step == 2 && one.threshold == 1)
    #expect(abs(one.meanRunLength(errors: 0.25) - 4) < 1e-12)
    // Threshold 2: L(0) = 1 + p L(1) + (1 − p) L(0) and L(1) = 1 + (1 − p) L(0).
    let two = DriftAlarm(usualErrors: 0.4, unusualErrors: 0.6, answersBetweenFalseAlarms: 4)
    #expect(two.threshold == 2)
    #expect(abs(two.meanRunLength(errors: 0.25) - 1.25 / 0.0625) < 1e-9)
  }

  @Test("a change after 300 answers is noticed soon after, and its beginning estimated")
  func change() {
    let alarm = DriftAlarm(usualErrors: 0.1, unusualErrors: 0.35, answersBetweenFalseAlarms: 2000)
    var stream = RandomSource(seed: 6).stream("person")
    var delays: [Double] = []
    var early = 0
    for _ in 0..<200 {
      var running = alarm
      for answer in 0..<600 { running.note(wrong: stream.bernoulli(answer < 300 ? 0.1 : 0.35)) }
      guard let at = running.alarmedAt else { continue }
      if at <= 300 { early += 1 } else { delays.append(Double(at - 300)) }
    }
    // Alarms within 300 answers happen to at most about 300 / 2000 of people.
    #expect(early <= 50 && delays.count + early == 200)
    #expect(Statistics.mean(delays) < alarm.meanRunLength(errors: 0.35) + 3)
  }
}
