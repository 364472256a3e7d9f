import Compute
import Environments

/// What the cross-entropy method draws plans from: for each knot of a plan the shares of actions, or the mean and the
/// deviation of each component. A knot's action is kept up for some steps.
///
/// A little of everything stays possible: 5 % of the choices are uniform, and no deviation falls below 2 % of a
/// component's range. Components without bounds are drawn in −3 … 3.
final class KnotModel {
  private let discrete: Int?
  private let low: [Float]
  private let high: [Float]
  private let rowSize: Int
  private let horizon: Int
  private let means: UnsafeMutablePointer<Float>
  private let deviations: UnsafeMutablePointer<Float>
  /// [horizon × action row size]: the plan that survives.
  let best: UnsafeMutablePointer<Float>

  init(_ space: ActionSpace, horizon: Int) {
    self.horizon = horizon
    rowSize = space.rowSize
    switch space {
    case .discrete(let names): (discrete, low, high) = (names.count, [], [])
    case .continuous(let box):
      discrete = nil
      low = box.low.map { $0.isFinite ? $0 : -3 }
      high = box.high.map { $0.isFinite ? $0 : 3 }
    }
    func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
      let memory = UnsafeMutablePointer<Float>.allocate(capacity: count)
      memory.initialize(repeating: 0, count: count)
      return memory
    }
    means = zeros(horizon * max(rowSize, discrete ?? 0))
    deviations = zeros(horizon * rowSize)
    best = zeros(horizon * rowSize)
  }

  deinit {
    means.deallocate()
    deviations.deallocate()
    best.deallocate()
  }

  func keepBest(_ plan: UnsafePointer<Float>) { best.update(from: plan, count: horizon * rowSize) }

  /// Fits to the plans of these numbers, each knot by its first step.
  func fit(_ elites: ArraySlice<Int>, plans: UnsafePointer<Float>, hold: Int) {
    let (length, count) = (horizon * rowSize, Float(elites.count))
    for knot in 0..<(horizon + hold - 1) / hold {
      let place = knot * hold * rowSize
      if let discrete {
        let shares = means + knot * discrete
        for action in 0..<discrete { shares[action] = 0.05 / Float(discrete) }
        for plan in elites { shares[Int(plans[plan * length + place])] += 0.95 / count }
        continue
      }
      for index in 0..<rowSize {
        var sum: Float = 0
        for plan in elites { sum += plans[plan * length + place + index] }
        let mean = sum / count
        var squares: Float = 0
        for plan in elites {
          let offset = plans[plan * length + place + index] - mean
          squares += offset * offset
        }
        means[knot * rowSize + index] = mean
        deviations[knot * rowSize + index] = max((squares / count).squareRoot(), 0.02 * (high[index] - low[index]))
      }
    }
  }

  /// Draws a plan.
  func draw(into plan: UnsafeMutablePointer<Float>, hold: Int, _ random: inout RandomStream) {
    for step in 0..<horizon {
      let row = plan + step * rowSize
      guard step.isMultiple(of: hold) else {
        row.update(from: row - rowSize, count: rowSize)
        continue
      }
      let knot = step / hold
      if let discrete {
        var rest = random.uniformFloat()
        var chosen = discrete - 1
        for action in 0..<discrete {
          rest -= means[knot * discrete + action]
          if rest < 0 {
            chosen = action
            break
          }
        }
        row[0] = Float(chosen)
      } else {
        for index in 0..<rowSize {
          let place = knot * rowSize + index
          let value = means[place] + deviations[place] * Float(random.normal())
          row[index] = min(max(value, low[index]), high[index])
        }
      }
    }
  }
}
