import Audits
import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("What each answer does to a whole network")
struct NetworkInfluenceTests {
  @Test("of a network that is one layer it is the regression's own first order, at the weights where it stands")
  func linear() throws {
    let clips = try AnsweredClips(30, members: 1, hidden: [], seed: 7)
    let (set, width) = (clips.set, clips.set.encoding.width)
    let influence = try NetworkInfluence(clips.model, answers: set, training: RewardTrainingSettings(), damping: 0.5)
    let weights: [Double] = [1, 1, 0, 0, -1, -1, 0, 0]
    let rows = Array(set.rows[0..<8 * width])
    let found = influence.plain(on: rows, weights: weights)
    // The same in dense algebra: a column of ones is the bias.
    var features = Matrix(rows: set.rowCount, columns: width + 1, repeating: 1)
    for row in 0..<set.rowCount {
      for column in 0..<width { features[row, column] = Double(set.rows[row * width + column]) }
    }
    let regression = ChoiceRegression(
      set, settings: RewardTrainingSettings(), features: features, ridge: influence.damping)
    let place = clips.model.network.parameters.map(Double.init)
    let curvature = regression.sums(place, Array(0..<30)).curvature
    let contrast = (0...width).map { column in weights.indices.reduce(0) { $0 + weights[$1] * features[$1, column] } }
    let solved = try LinearAlgebra.solve(curvature, contrast)
    for answer in 0..<30 {
      var gradient = regression.sums(place, [answer]).gradient
      for column in 0...width { gradient[column] -= influence.damping * place[column] }
      let expected = zip(solved, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(found[answer] - expected) < 1e-4 * (1 + abs(expected)))
    }
  }

  @Test("a traced step is what one step of descent without the answer changes")
  func traced() throws {
    let clips = try AnsweredClips(12, members: 1, seed: 8)
    let (set, width) = (clips.set, clips.set.encoding.width)
    let influence = try NetworkInfluence(clips.model, answers: set, training: RewardTrainingSettings())
    let rows = Array(set.rows[0..<2 * width])
    let found = influence.traced(on: rows, weights: [1, -1], learningRate: 1)
    // The slope of the contrast along each answer's own slope, by a finite difference of the loss along the contrast's.
    func contrast(_ model: RewardModel) throws -> Double {
      let values = try ExplainedScore(model).values(rows)
      return values[0] - values[1]
    }
    func loss(_ model: RewardModel, _ answer: Int) throws -> Double {
      let predicted = try ChoicePredictor(model, settings: RewardTrainingSettings()).predictions(
        set, choices: [answer])[0]
      return -log(predicted.probabilities[predicted.target[0] == 1 ? 0 : 1])
    }
    var slopes: [Double] = []
    let step: Float = 1e-2
    for index in clips.model.network.parameters.indices {
      var (up, down) = (clips.model, clips.model)
      up.network.parameters[index] += step
      down.network.parameters[index] -= step
      slopes.append((try contrast(up) - contrast(down)) / Double(2 * step))
    }
    let length = slopes.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for answer in [0, 5, 11] {
      var (up, down) = (clips.model, clips.model)
      for index in slopes.indices {
        up.network.parameters[index] += step * Float(slopes[index] / length)
        down.network.parameters[index] -= step * Float(slopes[index] / length)
      }
      let expected = (try loss(up, answer) - loss(down, answer)) / Double(2 * step) * length
      #expect(abs(found[answer] - expected) < 0.02 * (abs(expected) + 0.05 * length))
    }
  }

  @Test("answers to another reward, and slopes without room, are refused")
  func refused() throws {
    let clips = try AnsweredClips(2, members: 1, seed: 9)
    #expect(throws: InputError.self) {
      try NetworkInfluence(clips.model, answers: ChoiceSet(clips.model.encoding), training: RewardTrainingSettings())
    }
  }
}
