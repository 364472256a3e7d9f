import Compute

/// A family of questions of which hard ones can be taken apart into easier ones: write one file, and amplification, its
/// closed forms and its contract test are there.
///
/// ```swift
/// struct Doubling: QuestionFamily {                      // what is 2ⁿ?
///   let name = "doubling"
///   let questions = [[0]] + (1...20).map { [$0] }
///   func form(of question: Int) -> Bool { question == 0 }
///   func demonstration(for form: Bool) -> Bool { form }  // whether it is read off
///   func answer(_ question: Int, following plan: Bool, asking ask: (Int) -> Int?) -> Int? {
///     plan ? 1 : ask(question - 1).map { 2 * $0 }
///   }
///   func blunder(on question: Int, insteadOf answer: Int, random: inout RandomStream) -> Int { answer + 1 }
///   func truth(of question: Int) -> Int { 1 << question }
/// }
/// ```
///
/// Who takes a question apart (the *person*) knows only how to do that, and reads facts; who answers its parts is what was
/// learned so far. The truth is for scoring alone.
public protocol QuestionFamily: Sendable {
  /// What can be asked.
  associatedtype Question: Hashable, Sendable
  /// What can be answered.
  associatedtype Answer: Hashable, Sendable
  /// What questions that are taken apart in the same way have in common.
  associatedtype Form: Hashable, Sendable
  /// How the questions of one form are taken apart.
  associatedtype Plan: Sendable

  /// What tables call it.
  var name: String { get }
  /// All questions by level. Those of level 0 are read off facts; the others ask only questions of lower levels, as long
  /// as the answers are right.
  var questions: [[Question]] { get }
  /// The form of a question; a machine can see it.
  func form(of question: Question) -> Form
  /// How the person takes questions of this form apart: a call of the oracle.
  func demonstration(for form: Form) -> Plan
  /// The answer, by taking the question apart and asking its parts; nil where a part has no answer yet. A machine can
  /// follow a plan.
  func answer(_ question: Question, following plan: Plan, asking ask: (Question) -> Answer?)
    -> Answer?
  /// A wrong answer, as somebody would give by mistake; never the answer itself.
  func blunder(on question: Question, insteadOf answer: Answer, random: inout RandomStream)
    -> Answer
  /// The right answer, computed in some other way than by taking apart.
  func truth(of question: Question) -> Answer
}
