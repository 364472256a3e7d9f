import Compute
import Foundation

/// How a network is taught by amplification.
public struct NetworkTeaching: Sendable, Hashable {
  /// Widths of the hidden layers.
  public var hidden: [Int]
  /// Steps of Adam in each round.
  public var steps: Int
  /// Adam's step size.
  public var learningRate: Float

  /// Settings; the defaults master sixteen points and exponents of four bits.
  ///
  /// - Throws: `InputError` for a layer without a unit, fewer steps than one, or a step size that is not positive.
  public init(hidden: [Int] = [128], steps: Int = 150, learningRate: Float = 3e-3) throws {
    guard hidden.allSatisfy({ (1...4096).contains($0) }) else {
      throw InputError(
        "hidden layers of \(hidden)", at: "hidden", remedy: "each between 1 and 4,096 units wide")
    }
    guard steps > 0 else {
      throw InputError("\(steps) steps in each round", at: "steps", remedy: "at least one")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw InputError(
        "a step size of \(learningRate)", at: "learningRate", remedy: "a positive number")
    }
    self.hidden = hidden
    self.steps = steps
    self.learningRate = learningRate
  }
}

extension Amplification where Family: EncodedFamily {
  /// One course of teaching in which a network takes the table's place.
  ///
  /// In round r the person takes all questions up to level r apart, the network as it is answers the parts, and then it
  /// learns what came of it, by the cross-entropy of all these questions at once. So its mistakes are passed on to harder
  /// questions, and corrected when the easier ones are learned again.
  ///
  /// - Parameters:
  ///   - teaching: the network's shape and training.
  ///   - random: where the first parameters come from.
  /// - Complexity: in each round, steps × questions × parameters.
  public func run(_ teaching: NetworkTeaching, random: RandomSource) -> AmplificationRecord {
    let shape = NetworkShape(
      inputs: family.inputs, hidden: teaching.hidden, outputs: family.answers.count,
      activation: .relu)
    var network = Network(shape, initialization: .he, random: random.child("amplification/network"))
    var optimizer = Adam(
      AdamSettings(learningRate: teaching.learningRate), count: shape.parameterCount)
    let pass = NetworkPass(shape, capacity: questions.count)
    let encodings = questions.flatMap(family.encoding(of:))
    let classes = Dictionary(zip(family.answers, 0...), uniquingKeysWith: { first, _ in first })
    var demonstrations: [Family.Form: Family.Plan] = [:]
    var record = AmplificationRecord(questions: questions.count)
    for range in levels {
      let taught = range.upperBound
      let said = answers(of: network, encodings)
      let labels = (0..<taught).map { place -> Int? in
        let form = family.form(of: questions[place])
        let plan = demonstrations[form] ?? family.demonstration(for: form)
        if demonstrations.updateValue(plan, forKey: form) == nil { record.oracleCalls += 1 }
        return family.answer(questions[place], following: plan) { part in
          record.partsAsked += 1
          return self.place(of: part).map { said[$0] }
        }.flatMap { classes[$0] }
      }
      learn(
        labels, Array(encodings.prefix(taught * shape.inputs)), teaching.steps, pass, &network,
        &optimizer)
      record.accuracy.append(accuracies(of: answers(of: network, encodings)))
    }
    return record
  }

  /// The likeliest answer to each question, the first of several.
  private func answers(of network: Network, _ encodings: [Float]) -> [Family.Answer] {
    let outputs = network(encodings, rows: questions.count)
    let width = network.shape.outputs
    return questions.indices.map { place in
      let row = outputs[(place * width)..<((place + 1) * width)]
      let best = row.indices.max { row[$0] < row[$1] } ?? row.startIndex
      return family.answers[best - row.startIndex]
    }
  }

  /// Some steps of Adam on the cross-entropy; a question without a label teaches nothing.
  private func learn(
    _ labels: [Int?], _ inputs: [Float], _ steps: Int, _ pass: NetworkPass,
    _ network: inout Network,
    _ optimizer: inout Adam
  ) {
    let width = network.shape.outputs
    var gradients = [Float](repeating: 0, count: network.parameters.count)
    for _ in 0..<steps {
      for index in gradients.indices { gradients[index] = 0 }
      var slopes = gradients.mutableSpan
      pass.differentiate(
        network.parameters.span, inputs: inputs.span, rows: labels.count, into: &slopes
      ) {
        outputs, derivatives in
        for (row, label) in labels.enumerated() {
          guard let label else { continue }
          var (largest, total) = (-Float.infinity, Float(0))
          for column in 0..<width { largest = max(largest, outputs[row * width + column]) }
          for column in 0..<width { total += exp(outputs[row * width + column] - largest) }
          for column in 0..<width {
            let probability = exp(outputs[row * width + column] - largest) / total
            derivatives[row * width + column] =
              (probability - (column == label ? 1 : 0)) / Float(labels.count)
          }
        }
      }
      optimizer.update(&network.parameters, gradients: gradients)
    }
  }
}
