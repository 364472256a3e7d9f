import ArgumentParser

extension Parts {
  /// The verbs of this package, one line each.
  static let standardVerbs: [(group: VerbGroup, verbs: [any ParsableCommand.Type])] = [
    (
      .learn,
      [
        LearnVerb.self,
        WorkbenchElsewhere.self,
        ImitateVerb.self,
        IRLVerb.self,
        FitVerb.self,
        ServeElsewhere.self,
        EnvironmentsVerb.self,
        KindsVerb.self,
      ]
    ),
    (
      .trust,
      [
        AuditVerb.self,
        EvaluateVerb.self,
        ReportVerb.self,
        AnswersVerb.self,
      ]
    ),
    (
      .prove,
      [
        WorldsVerb.self,
        CompareVerb.self,
        HackableVerb.self,
        GoodhartVerb.self,
        IdentifyVerb.self,
        MisspecifyVerb.self,
        ExpressVerb.self,
        SafeDataVerb.self,
        ReproduceVerb.self,
      ]
    ),
    (
      .files,
      [
        ImportVerb.self,
        ExportVerb.self,
      ]
    ),
    (
      .run,
      [
        ResumeVerb.self,
        RunsVerb.self,
        SettingsVerb.self,
      ]
    ),
  ]
}
