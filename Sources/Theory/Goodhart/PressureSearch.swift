import Compute
import Foundation

/// The policies of one kind of pressure at chosen temperatures, and a bound on what lies between two of them.
///
/// With β = 1/α, both kinds of path obey d ln π(a|s) / dβ = Q(s, a) − E_π Q(s, ·), where Q is the proxy's optimal Q on the
/// Boltzmann path and that of π itself on the path of maximum causal entropy; and along both Q and its mean only grow
/// with β. So the two ends of an interval bound every policy inside: how far its probabilities are from either end's.
/// What that can do to the true return is, state by state, the visits at that end times the change in probability times
/// the difference that actions make to the true return from there, under the policy inside. That difference is at most
/// what any policies can make of it; and at most what the end's own policy makes of it, plus what the change of policy can
/// add: 2γ/(1 − γ) times the largest product of change and difference in a state.
struct PressureSearch {
  struct Sample {
    var point: PressurePath.Point
    /// 1/α in the proxy's own units; infinite at λ = 1.
    var beta: Double
    var policy: [Double]
    /// Discounted visits to each state.
    var visits: [Double]
    /// Q(s, a), and its mean under the policy.
    var q: [Double]
    var values: [Double]
    /// The true return from each state.
    var trueValues: [Double]
    /// What the choice of the next action changes of the true return, in each state, if this policy follows.
    var spans: [Double]
    /// The largest share of actions in a state that are not optimal for the proxy.
    var rest: Double
  }

  let kind: PressurePath.Kind
  let geometry: OccupancyGeometry
  let truth: ScaledReward
  let proxy: ScaledReward
  /// Of temperature.
  let unit: Double
  let optimalQ: [Double]
  let isOptimal: [Bool]
  /// For each state, the most that the choice of action, and of all that follows, can change the true return.
  let stakes: [Double]
  /// By growing pressure.
  private(set) var samples: [Sample] = []
  /// The bound on the true return between each sample and the next.
  private var ceilings: [Double] = []
  /// The occupancy of the first sample.
  private var origin: [Double]?

  init(_ kind: PressurePath.Kind, geometry: OccupancyGeometry, truth: ScaledReward, proxy: ScaledReward) throws {
    self.kind = kind
    self.geometry = geometry
    self.truth = truth
    self.proxy = proxy
    unit = proxy.range * (1 - geometry.mdp.discount) / 2
    optimalQ = try geometry.optimum(proxy.values).q
    isOptimal = geometry.optimalPairs(optimalQ)
    let high = try geometry.optimum(truth.values).q
    let low = try geometry.optimum(truth.values.map { -$0 }).q.map { -$0 }
    let actions = geometry.actionCount
    stakes = geometry.states.indices.map { state in
      let range = state * actions..<(state + 1) * actions
      return max(0, (high[range].max() ?? 0) - (low[range].min() ?? 0))
    }
  }

  /// The sample of the highest true return; the least pressure of several.
  var best: Int { samples.indices.max { (samples[$0].point.truth, -$0) < (samples[$1].point.truth, -$1) } ?? 0 }

  var mostHidden: Double { ceilings.max() ?? 0 }

  /// What rounding, and the tolerance of soft policy iteration, can make of a normalised true return.
  var rounding: Double {
    guard truth.range > 0 else { return 0 }
    let horizon = 1 / (1 - geometry.mdp.discount)
    let tolerance = kind == .boltzmann ? 0 : OccupancyGeometry.softTolerance * (stakes.max() ?? 0) * horizon
    return (4 * geometry.solveRounding * 2 * horizon + tolerance) / truth.range
  }

  /// Looks at one pressure.
  mutating func add(pressure: Double) throws {
    try add(pressure: pressure, temperature: pressure >= 1 ? 0 : pressure > 0 ? -log(pressure) : .infinity)
  }

  /// Looks at halved temperatures beyond the last grid point, until only optimal actions are taken.
  mutating func followToTheEnd() throws {
    for _ in 0..<70 {
      let last = samples[samples.count - 2]
      guard last.rest > 1e-9, let temperature = last.point.temperature else { break }
      try add(pressure: exp(-temperature / 2), temperature: temperature / 2)
    }
  }

  /// Halves the interval that can hide most, until nothing higher by more than the resolution can hide.
  mutating func refine(to resolution: Double, atMost limit: Int) throws {
    while samples.count < limit {
      guard let place = ceilings.indices.max(by: { (ceilings[$0], -$0) < (ceilings[$1], -$1) }),
        ceilings[place] > samples[best].point.truth + resolution, try split(place)
      else { break }
    }
  }

  /// Golden section between the neighbours of the best sample: between them the true return is smooth.
  mutating func sharpenPeak() throws {
    let best = best
    guard best > 0, best < samples.count - 1 else { return }
    // In the logarithm of the temperature, which resolves both ends; of no temperature, λ itself.
    let (before, after) = (samples[best - 1], samples[best + 1])
    let inPressure = before.point.temperature == nil
    guard inPressure || after.beta.isFinite else { return }
    func place(_ sample: Sample) -> Double {
      inPressure ? sample.point.pressure : -log(sample.point.temperature ?? 1)
    }
    func sample(_ place: Double) throws -> Sample {
      inPressure
        ? try made(pressure: place, temperature: -log(place), from: samples[best])
        : try made(pressure: exp(-exp(-place)), temperature: exp(-place), from: samples[best])
    }
    var (low, high) = (place(before), place(after))
    let ratio = (5.0.squareRoot() - 1) / 2
    let target = 1e-7 * max(high - low, 1e-9)
    var left = try sample(high - ratio * (high - low))
    var right = try sample(low + ratio * (high - low))
    for _ in 0..<60 where high - low > target {
      if left.point.truth >= right.point.truth {
        high = place(right)
        right = left
        left = try sample(high - ratio * (high - low))
      } else {
        low = place(left)
        left = right
        right = try sample(low + ratio * (high - low))
      }
    }
    let found = left.point.truth >= right.point.truth ? left : right
    if found.point.truth > samples[best].point.truth { insert(found) }
  }

  /// Looks at the middle of an interval; false where no number lies between.
  private mutating func split(_ place: Int) throws -> Bool {
    let (left, right) = (samples[place], samples[place + 1])
    guard let low = right.point.temperature, low > 0 || left.point.temperature != nil else { return false }
    let temperature: Double =
      if let high = left.point.temperature {
        low > 0 ? (high * low).squareRoot() : high / 4
      } else {
        -log(right.point.pressure / 2)
      }
    guard temperature > low, temperature < left.point.temperature ?? .infinity else { return false }
    try add(pressure: exp(-temperature), temperature: temperature)
    return true
  }

  private mutating func add(pressure: Double, temperature: Double) throws {
    let neighbour = samples.last { ($0.point.temperature ?? .infinity) >= temperature }
    insert(try made(pressure: pressure, temperature: temperature, from: neighbour))
  }

  private mutating func insert(_ sample: Sample) {
    let place =
      samples.firstIndex { ($0.point.temperature ?? .infinity) < (sample.point.temperature ?? .infinity) }
      ?? samples.count
    if samples.isEmpty {
      let actions = geometry.actionCount
      origin = sample.policy.indices.map { sample.visits[$0 / actions] * sample.policy[$0] }
    }
    samples.insert(sample, at: place)
    if place > 0 {
      let ceiling = ceiling(samples[place - 1], sample)
      if place - 1 < ceilings.count { ceilings[place - 1] = ceiling } else { ceilings.append(ceiling) }
    }
    if place + 1 < samples.count { ceilings.insert(ceiling(sample, samples[place + 1]), at: place) }
  }

  /// - Parameter neighbour: a sample near it, from which everything starts.
  private func made(pressure: Double, temperature: Double, from neighbour: Sample?) throws -> Sample {
    let policy = try policy(temperature, from: neighbour)
    let occupancy = try geometry.occupancy(policy)
    let q: [Double] =
      kind == .boltzmann
      ? optimalQ
      : geometry.lookAhead(
        try geometry.values(policy, rewards: proxy.values, near: neighbour?.values), rewards: proxy.values)
    let trueValues = try geometry.values(policy, rewards: truth.values, near: neighbour?.trueValues)
    let actions = geometry.actionCount
    let trueQ = geometry.lookAhead(trueValues, rewards: truth.values)
    var (visits, values, spans, rest) = ([Double](), [Double](), [Double](), 0.0)
    for state in geometry.states.indices {
      let range = state * actions..<(state + 1) * actions
      visits.append(range.reduce(0) { $0 + occupancy[$1] })
      values.append(range.reduce(0) { $0 + policy[$1] * q[$1] })
      spans.append((trueQ[range].max() ?? 0) - (trueQ[range].min() ?? 0))
      rest = max(rest, range.reduce(0) { $0 + (isOptimal[$1] ? 0 : policy[$1]) })
    }
    let first = origin ?? occupancy
    return Sample(
      point: PressurePath.Point(
        pressure: pressure, temperature: temperature.isFinite ? max(temperature, 0) : nil,
        truth: truth.normalized(Vectors.dot(occupancy, truth.values)),
        proxy: proxy.normalized(Vectors.dot(occupancy, proxy.values)),
        distance: Vectors.norm(Vectors.difference(occupancy, first))),
      beta: temperature > 0 ? 1 / (temperature * (unit > 0 ? unit : 1)) : .infinity, policy: policy, visits: visits,
      q: q, values: values, trueValues: trueValues, spans: spans, rest: rest)
  }

  private func policy(_ temperature: Double, from neighbour: Sample?) throws -> [Double] {
    let flat = [Double](repeating: 0, count: geometry.pairCount)
    let scaled = unit > 0 ? temperature * unit : 1
    switch kind {
    case .boltzmann where temperature == .infinity: return geometry.uniform
    case .boltzmann where temperature == 0: return geometry.softmax(flat, temperature: 1, allowed: isOptimal)
    case .boltzmann: return geometry.softmax(optimalQ, temperature: scaled)
    case .maximumCausalEntropy where temperature == .infinity:
      return try geometry.softOptimal(flat, temperature: 1, from: geometry.uniform)
    case .maximumCausalEntropy where temperature == 0:
      // As the temperature falls to 0, the greatest entropy among the optimal policies remains.
      let first = geometry.softmax(flat, temperature: 1, allowed: isOptimal)
      return try geometry.softOptimal(flat, temperature: 1, from: first, allowed: isOptimal)
    case .maximumCausalEntropy:
      return try geometry.softOptimal(proxy.values, temperature: scaled, from: neighbour?.policy ?? geometry.uniform)
    }
  }
}

extension PressureSearch {
  /// The most that the normalised true return can be between two neighbouring samples.
  private func ceiling(_ left: Sample, _ right: Sample) -> Double {
    guard truth.range > 0 else { return 0 }
    return min(
      left.point.truth + change(left, right, fromLeft: true), right.point.truth + change(left, right, fromLeft: false))
  }

  /// How far the true return of a policy inside can be from that of one end.
  private func change(_ left: Sample, _ right: Sample, fromLeft: Bool) -> Double {
    let end = fromLeft ? left : right
    let noise = 2 * geometry.solveRounding * Vectors.largest(optimalQ)
    let width = right.beta - left.beta
    let actions = geometry.actionCount
    // By how much the probabilities in a state can change in all.
    var moved = [Double](repeating: 0, count: geometry.states.count)
    for state in geometry.states.indices where stakes[state] > 0 {
      var (more, less) = (0.0, 0.0)
      for pair in state * actions..<(state + 1) * actions {
        // The slope of ln π inside lies between these.
        var low = min(0, left.q[pair] - right.values[state])
        var high = max(0, right.q[pair] - left.values[state])
        if low > -noise { low = 0 }
        if high < noise { high = 0 }
        if width == .infinity, isOptimal[pair] { (low, high) = (0, 0) }
        let (fall, rise) = (low < 0 ? low * width : 0, high > 0 ? high * width : 0)
        let (down, up) = fromLeft ? (fall, rise) : (-rise, -fall)
        // A probability that a double holds as 0 may grow as well.
        let probability = max(end.policy[pair], .leastNonzeroMagnitude)
        more += max(0, min(1, probability * exp(up)) - probability)
        less += probability * (1 - exp(down))
      }
      // At the very end, what is left of worse actions is all that can still move.
      moved[state] = min(more, less, width == .infinity ? left.rest : 1)
    }
    let discount = geometry.mdp.discount
    let largest = moved.indices.reduce(0) { max($0, moved[$1] * end.spans[$1]) }
    let added = 2 * discount / (1 - discount) * largest
    var total = 0.0
    for state in moved.indices {
      total += end.visits[state] * moved[state] * min(stakes[state], end.spans[state] + added)
    }
    return total / truth.range
  }
}
