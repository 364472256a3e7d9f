import Compute
import Oversight

/// What debate promises, and where it breaks, beside closed forms: formulas, judges who err, arguments whose flaw nobody
/// can point at.
struct DebateStudy {
  /// Debates that are played for each estimated number.
  var debates = 20_000

  func run(_ random: RandomSource) throws -> ReproductionResult {
    ReproductionResult(
      title: "Debate, exactly",
      numbers: try formulas(random) + judges(random) + arguments(random),
      remarks: [
        "Formulas: all tables with all orders of up to three quantifiers; debate and advice are judged by one evaluation of the "
          + "formula. That a debate decides what a short proof does not is the paper's analogy, PSPACE against NP.",
        "Mistakes of a judge that nobody foresees pass through a debate unchanged, whatever its length. Mistakes that the debaters "
          + "foresee multiply or die out by the form of the debate: a judge's biases are to be unknown to the debaters, or few.",
        "A flaw that the honest side cannot point at is found as by a random audit. This is a limit of debate, not of our judge: "
          + "no number of rounds short of the whole argument mends it.",
      ])
  }

  /// A share that was counted, beside what a closed form says; agrees within four standard errors.
  private func counted(
    _ name: String, _ hits: Int, of trials: Int, _ expected: Double, _ note: String
  )
    -> ReproducedNumber
  {
    ReproducedNumber(
      name, Double(hits) / Double(trials),
      interval: Statistics.proportionInterval(successes: hits, of: trials),
      reference: expected, tolerance: 4 * (expected * (1 - expected) / Double(trials)).squareRoot(),
      note: note)
  }

  private func formulas(_ random: RandomSource) throws -> [ReproducedNumber] {
    var numbers: [ReproducedNumber] = []
    for count in 1...3 {
      let orders = FormulaCensus.orders(of: count)
      let tried = try orders.map { try FormulaCensus(trying: $0) }
      let expected = orders.map { FormulaCensus(of: $0) }
      func number(_ name: String, _ value: (FormulaCensus) -> Int, _ note: String)
        -> ReproducedNumber
      {
        ReproducedNumber(
          "\(count) variable\(count == 1 ? "" : "s"): \(name)",
          Double(tried.map(value).reduce(0, +)),
          reference: Double(expected.map(value).reduce(0, +)), tolerance: 0, note: note)
      }
      numbers += [
        number("formulas", \.formulas, "2 ^ (variables + 2 ^ variables)"),
        number("decided by debate", \.byDebate, "all of them"),
        number("decided by one adviser", \.byAdvice, "recursion over the quantifiers"),
      ]
    }
    var stream = random.stream("debate/formulas")
    var agreed = 0
    let drawn = 500
    for index in 0..<drawn {
      let variables = 8 + index % 5
      let quantifiers = (0..<variables).map { _ in
        stream.bernoulli(0.5) ? QuantifiedFormula.Quantifier.some : .every
      }
      let clauses = (0..<(variables / 2)).map { _ in
        (0..<3).map { _ in (1 + stream.below(variables)) * (stream.bernoulli(0.5) ? 1 : -1) }
      }
      let formula = try QuantifiedFormula(quantifiers, clauses: clauses)
      agreed += formula.debate.claimIsTrue == formula.isTrue ? 1 : 0
    }
    numbers.append(
      ReproducedNumber(
        "8 to 12 variables, drawn: decided by debate, of \(drawn)", Double(agreed),
        reference: Double(drawn),
        tolerance: 0,
        note: "against taking the variables away"))
    return numbers
  }

  private func judges(_ random: RandomSource) throws -> [ReproducedNumber] {
    var numbers: [ReproducedNumber] = []
    func played(
      _ name: String, _ tree: DebateTree, _ judge: NoisyJudge, _ expected: Double, _ note: String
    ) {
      var stream = random.stream("debate/\(name)")
      let wrong = (0..<debates).count { _ in
        tree.isAccepted(judge, random: &stream) != tree.claimIsTrue
      }
      numbers.append(counted(name, wrong, of: debates, expected, note))
    }
    for turns in [2, 6] {
      let debate = NarrowDebate(replies: 2, turns: turns, last: .opponent)
      let tree = debate.tree(of: true)
      played(
        "errs in 10 %, unforeseen, \(turns) turns", tree, try NoisyJudge(error: 0.1), 0.1,
        "as the judge")
      let foreseen = try NoisyJudge(error: 0.1, isForeseen: true)
      for claim in [true, false] {
        let (whenTrue, whenFalse) = debate.chances(foreseen)
        played(
          "errs in 10 %, foreseen, \(turns) turns, claim \(claim)", debate.tree(of: claim),
          foreseen,
          claim ? 1 - whenTrue : whenFalse, "recursion over the turns")
      }
      played("control: decides by a coin, \(turns) turns", tree, .coin, 0.5, "chance")
    }
    return numbers
  }

  private func arguments(_ random: RandomSource) throws -> [ReproducedNumber] {
    var numbers: [ReproducedNumber] = []
    for steps in [10, 100] {
      let chain = try ArgumentChain(steps: steps)
      for knows in [true, false] {
        let name = "argument of \(steps) steps, flaw \(knows ? "known" : "obfuscated"): "
        var stream = random.stream("debate/halving-\(knows)", steps)
        let found = (0..<debates).count { _ in
          chain.isFoundByHalving(knowsTheFlaw: knows, random: &stream)
        }
        numbers.append(
          counted(
            name + "found by halving", found, of: debates,
            chain.chanceOfRefutation(knowsTheFlaw: knows),
            knows ? "always" : "1 ÷ steps"))
        var judged = random.stream("debate/judged-\(knows)", steps)
        let right = (0..<debates).count { _ in
          chain.isJudgedRightly(knowsTheFlaw: knows, checks: 1, random: &judged)
        }
        numbers.append(
          counted(
            name + "judged rightly", right, of: debates, chain.judgeAccuracy(knowsTheFlaw: knows),
            knows ? "always" : "½ + 1 ÷ (2 × steps)"))
      }
    }
    return numbers
  }
}
