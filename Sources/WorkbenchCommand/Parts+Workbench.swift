import Command

extension Parts {
  /// Adds the verbs that need the web server, in the place of those that only say where to find them.
  ///
  /// ```swift
  /// // main.swift of a program of your own, which depends on the products "PactolusCommand" and "PactolusWorkbench":
  /// var parts = Parts.standard
  /// parts.kinds = parts.kinds.adding(Approval.self)
  /// parts.addWorkbench()                       // `workbench` asks people for approvals as well
  /// PactolusCommand.main(parts)
  /// ```
  public mutating func addWorkbench() {
    add(WorkbenchVerb.self, to: .learn)
    add(ServeVerb.self, to: .learn)
    exportJudgments = JudgedTexts.write
    writeAnswers = AnswerExport.write
  }
}
