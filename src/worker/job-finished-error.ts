/** The controller says that the job has ended: there is nothing to report. */
export class JobFinished extends Error {
  constructor() {
    super("The job is finished, cancelled or deleted");
    this.name = "JobFinished";
  }
}
