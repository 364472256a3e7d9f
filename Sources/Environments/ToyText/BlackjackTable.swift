/// Gymnasium's Blackjack against a dealer who draws to 17, from a deck that never runs out (Sutton and Barto,
/// "Reinforcement Learning", example 5.1), worked out from its rules.
///
/// Its observations (sum, dealer's card, usable ace) do not tell a natural, an ace and a ten as the first two cards,
/// from any other 21 with a usable ace, though naturals may be paid otherwise. So they are states of their own here,
/// and the table is that of the game itself.
public enum BlackjackTable {
  /// What a natural, an ace and a ten as first cards, brings the player who sticks.
  public enum Natural: Sendable, Hashable, CaseIterable {
    /// It wins against everything but a natural of the dealer's: Gymnasium's `sab=True`, which Blackjack-v1 is made
    /// with.
    case wins
    /// When it wins as any 21 does, it pays 1.5: `sab=False, natural=True`.
    case paysMore
    /// It is a 21 as any other.
    case none
  }

  /// Sums without a usable ace are 4 … 21, with one 12 … 21, each for the dealer's card 1 … 10; then the naturals, and
  /// the end.
  private static let hands = (4...21).map { (sum: $0, ace: false) } + (12...21).map { (sum: $0, ace: true) }
  private static let naturals = 10 * hands.count
  private static let end = naturals + 10

  /// A card's value (an ace is 1) is 10 with probability 4/13.
  private static func chance(_ card: Int) -> Double { (card == 10 ? 4 : 1) / 13 }

  /// The table: states `SUM vs CARD`, `SUM with ace vs CARD`, `natural vs CARD` and `over`; actions stick and hit.
  public static func table(natural: Natural = .wins) -> ToyTextTable {
    let names =
      hands.flatMap { hand in (1...10).map { "\(hand.sum)\(hand.ace ? " with ace" : "") vs \($0)" } }
      + (1...10).map { "natural vs \($0)" } + ["over"]
    let dealers = (1...10).map(Dealer.init(showing:))
    return ToyTextTable(stateNames: names, actionNames: ["stick", "hit"], start: start()) { state, action in
      if state == end { return [ToyTextTable.Outcome(1, to: end, reward: 0, ends: true)] }
      let isNatural = state >= naturals
      let hand = isNatural ? (sum: 21, ace: true) : hands[state / 10]
      let dealer = dealers[state % 10]
      if action == 0 { return dealer.against(hand.sum, isNatural: isNatural, natural) }
      var outcomes: [ToyTextTable.Outcome] = []
      for card in 1...10 {
        let (next, reward) =
          after(hand, card).map { (place($0, dealer: state % 10), 0.0) } ?? (end, -1)
        if let index = outcomes.firstIndex(where: { $0.next == next }) {
          outcomes[index].probability += chance(card)
        } else {
          outcomes.append(ToyTextTable.Outcome(chance(card), to: next, reward: reward, ends: next == end))
        }
      }
      return outcomes
    }
  }

  private static func place(_ hand: (sum: Int, ace: Bool), dealer: Int) -> Int {
    hands.firstIndex { $0 == hand }! * 10 + dealer
  }

  /// A hand with one more card; nil if it is bust.
  private static func after(_ hand: (sum: Int, ace: Bool), _ card: Int) -> (sum: Int, ace: Bool)? {
    // Its sum with the ace counted as 1.
    let hard = hand.sum - (hand.ace ? 10 : 0) + card
    guard hard <= 21 else { return nil }
    let hasAce = hand.ace || card == 1
    return hasAce && hard + 10 <= 21 ? (hard + 10, true) : (hard, false)
  }

  private static func start() -> [Double] {
    var start = [Double](repeating: 0, count: end + 1)
    for first in 1...10 {
      for second in 1...10 {
        let isNatural = min(first, second) == 1 && max(first, second) == 10
        let hand = first == 1 ? after((11, true), second)! : after((first, false), second)!
        for dealer in 0..<10 {
          start[isNatural ? naturals + dealer : place(hand, dealer: dealer)] +=
            chance(first) * chance(second) * chance(dealer + 1)
        }
      }
    }
    let sum = start.reduce(0, +)
    return start.map { $0 / sum }
  }

  /// How the dealer ends, by the card that shows.
  private struct Dealer {
    /// The probability of each final sum; 0 is bust.
    var final = [Double](repeating: 0, count: 22)
    /// That of a natural, which is part of that of 21.
    var natural = 0.0

    init(showing card: Int) {
      for hidden in 1...10 {
        let hand = card == 1 ? BlackjackTable.after((11, true), hidden)! : BlackjackTable.after((card, false), hidden)!
        if min(card, hidden) == 1 && max(card, hidden) == 10 { natural += chance(hidden) }
        draw(hand, chance(hidden))
      }
    }

    private mutating func draw(_ hand: (sum: Int, ace: Bool), _ probability: Double) {
      guard hand.sum < 17 else {
        final[hand.sum] += probability
        return
      }
      for card in 1...10 {
        if let next = BlackjackTable.after(hand, card) {
          draw(next, probability * chance(card))
        } else {
          final[0] += probability * chance(card)
        }
      }
    }

    /// Losing, a draw and winning, as far as they can happen.
    func against(_ sum: Int, isNatural: Bool, _ rule: BlackjackTable.Natural) -> [ToyTextTable.Outcome] {
      var (lost, drawn, won) = (0.0, 0.0, 0.0)
      for other in final.indices {
        if other > sum {
          lost += final[other]
        } else if other == sum {
          drawn += final[other]
        } else {
          won += final[other]
        }
      }
      if isNatural, rule == .wins {
        (drawn, won) = (natural, won + (drawn - natural))
      }
      let prize = isNatural && rule == .paysMore ? 1.5 : 1
      return [(lost, -1.0), (drawn, 0), (won, prize)].filter { $0.0 > 0 }.map {
        ToyTextTable.Outcome($0.0, to: end, reward: $0.1, ends: true)
      }
    }
  }
}
